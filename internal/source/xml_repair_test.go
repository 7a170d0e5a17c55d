package source

import "testing"

// The last few were found by fuzzing.
func TestRepairWritesWhatEveryParserTakes(t *testing.T) {
	for in, want := range map[string]string{
		"<a>x & y</a>": "<a>x &amp; y</a>", "<a>&nbsp;&lt;&#65;</a>": "<a>\u00a0&lt;&#65;</a>", "<a>&#8;&#x1F;&#xFFFE;</a>": "<a></a>",
		"<a>1 < 2</a>": "<a>1 &lt; 2</a>", "<a b=c d='<'/>": `<a b="c" d="&lt;"/>`, "<a>]]></a>": "<a>]]&gt;</a>", "<a><b>x</a>": "<a><b>x</b></a>",
		"<a></b>x</a>": "<a>x</a>", "<a><br>x</a>": "<a><br/>x</a>", "<a><p>x<p>y</a>": "<a><p>x</p><p>y</p></a>", "<a>x</a><script>": "<a>x</a>",
		"<a><![CDATA[<&]]></a>": "<a><![CDATA[<&]]></a>", "<a>&bogus;</a>": "<a>&amp;bogus;</a>", "<a><b": "<a></a>",
		"<lïnk>x</lïnk>": "<l_nk>x</l_nk>", "<a:b:c/>": "<a:b_c/>", "<a>&lt?p&gt;</a>": "<a>&amp;lt?p&gt;</a>", "<a>&é]&#x15;</a>": "<a>&amp;é]</a>",
	} {
		got := repaired([]byte(in), &notes{})
		if string(got) != want {
			t.Errorf("%s\n got %s\nwant %s", in, got, want)
		}
	}
}

// repaired is a document as the repair alone leaves it.
func repaired(b []byte, n *notes) []byte {
	mended, _ := (&xmlRepair{n: n, item: -1}).run(b)
	return mended
}
