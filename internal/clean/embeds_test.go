package clean

import (
	"strings"
	"testing"
)

func TestPlayersAreLinks(t *testing.T) {
	for in, want := range map[string]string{
		`<iframe src="//www.youtube.com/embed/Ab_-1?rel=0&amp;start=3"></iframe>`:                                               `<a href="https://www.youtube.com/watch?v=Ab_-1">YouTube: https://www.youtube.com/watch?v=Ab_-1</a>`,
		`<iframe title="Cầu mới" src="https://www.youtube-nocookie.com/embed/Ab"></iframe>`:                                     `<a href="https://www.youtube.com/watch?v=Ab">Cầu mới</a>`,
		`<iframe src="about:blank" data-src="https://www.youtube.com/shorts/Ab"></iframe>`:                                      `<a href="https://www.youtube.com/watch?v=Ab">YouTube: https://www.youtube.com/watch?v=Ab</a>`,
		`<iframe src="https://www.youtube.com/embed/videoseries?list=PL1"></iframe>`:                                            `<a href="https://www.youtube.com/playlist?list=PL1">YouTube: https://www.youtube.com/playlist?list=PL1</a>`,
		`<iframe src="https://www.youtube.com/embed/live_stream?channel=UC1"></iframe>`:                                         `<a href="https://www.youtube.com/channel/UC1/live">YouTube: https://www.youtube.com/channel/UC1/live</a>`,
		`<embed src="http://www.youtube.com/v/Ab">`:                                                                             `<a href="https://www.youtube.com/watch?v=Ab">YouTube: https://www.youtube.com/watch?v=Ab</a>`,
		`<object><param name="movie" value="https://www.youtube.com/v/Ab"><embed src="https://www.youtube.com/v/Ab"></object>`:  `<a href="https://www.youtube.com/watch?v=Ab">YouTube: https://www.youtube.com/watch?v=Ab</a>`,
		`<object data="https://www.youtube.com/embed/Ab"></object>`:                                                             `<a href="https://www.youtube.com/watch?v=Ab">YouTube: https://www.youtube.com/watch?v=Ab</a>`,
		`<amp-youtube data-videoid="Ab"></amp-youtube>`:                                                                         `<a href="https://www.youtube.com/watch?v=Ab">YouTube: https://www.youtube.com/watch?v=Ab</a>`,
		`<lite-youtube videoid="Ab"></lite-youtube>`:                                                                            `<a href="https://www.youtube.com/watch?v=Ab">YouTube: https://www.youtube.com/watch?v=Ab</a>`,
		`<iframe src="https://player.vimeo.com/video/12"></iframe>`:                                                             `<a href="https://vimeo.com/12">Vimeo: https://vimeo.com/12</a>`,
		`<iframe src="https://player.vimeo.com/video/12?h=f0&amp;title=0"></iframe>`:                                            `<a href="https://vimeo.com/12/f0">Vimeo: https://vimeo.com/12/f0</a>`,
		`<iframe src="https://geo.dailymotion.com/player.html?video=x7"></iframe>`:                                              `<a href="https://www.dailymotion.com/video/x7">Dailymotion: https://www.dailymotion.com/video/x7</a>`,
		`<iframe src="https://www.facebook.com/plugins/post.php?href=https%3A%2F%2Fwww.facebook.com%2Fa%2Fposts%2F1"></iframe>`: `<a href="https://www.facebook.com/a/posts/1">Facebook: https://www.facebook.com/a/posts/1</a>`,
		`<iframe src="https://www.tiktok.com/embed/v2/71"></iframe>`:                                                            `<a href="https://www.tiktok.com/embed/71">TikTok: https://www.tiktok.com/embed/71</a>`,
		`<iframe src="https://www.instagram.com/reel/C1/embed/captioned/"></iframe>`:                                            `<a href="https://www.instagram.com/reel/C1/">Instagram: https://www.instagram.com/reel/C1/</a>`,
		`<iframe src="https://platform.twitter.com/embed/Tweet.html?id=99"></iframe>`:                                           `<a href="https://twitter.com/i/status/99">Twitter: https://twitter.com/i/status/99</a>`,
		`<amp-twitter data-tweetid="99"></amp-twitter>`:                                                                         `<a href="https://twitter.com/i/status/99">Twitter: https://twitter.com/i/status/99</a>`,
		`<iframe src="https://w.soundcloud.com/player/?url=https%3A//api.soundcloud.com/tracks/5"></iframe>`:                    `<a href="https://api.soundcloud.com/tracks/5">SoundCloud: https://api.soundcloud.com/tracks/5</a>`,
		`<iframe src="https://open.spotify.com/embed/episode/5?utm_source=generator"></iframe>`:                                 `<a href="https://open.spotify.com/episode/5">Spotify: https://open.spotify.com/episode/5</a>`,
		`<iframe src="https://www.google.com/maps/embed?pb=!1m18"></iframe>`:                                                    `<a href="https://www.google.com/maps/embed?pb=!1m18">Google Maps: https://www.google.com/maps/embed?pb=!1m18</a>`,
		`<iframe src="https://zingmp3.vn/embed/song/Z1"></iframe>`:                                                              `<a href="https://zingmp3.vn/embed/song/Z1">Zing MP3: https://zingmp3.vn/embed/song/Z1</a>`,
		`<iframe src="https://vtv.vn/embed/1.htm"></iframe>`:                                                                    `<a href="https://vtv.vn/embed/1.htm">VTV: https://vtv.vn/embed/1.htm</a>`,
		`<div class="fb-video" data-href="https://www.facebook.com/a/videos/1"></div>`:                                          `<a href="https://www.facebook.com/a/videos/1">Facebook: https://www.facebook.com/a/videos/1</a>`,
		`<figure class="wp-block-embed"><div class="wp-block-embed__wrapper">https://www.youtube.com/watch?v=Ab</div></figure>`: `<a href="https://www.youtube.com/watch?v=Ab">https://www.youtube.com/watch?v=Ab</a>`,
	} {
		it := cleanBody(t, "<p>x</p>"+in+"<p>y</p>")
		if want = "<p>x</p><p>" + want + "</p><p>y</p>"; it.ContentHTML != want {
			t.Errorf("%s\n got %s\nwant %s", in, it.ContentHTML, want)
		}
	}
}

func TestFramesOfStrangersGo(t *testing.T) {
	for _, in := range []string{
		`<iframe src="https://ads.example/frame"></iframe>`, `<iframe src="https://www.facebook.com/plugins/like.php?href=https%3A%2F%2Fwww.facebook.com%2Fa"></iframe>`,
		`<iframe src="https://adservice.google.com/x"></iframe>`, `<iframe src="https://youtube.com.evil.example/embed/Ab"></iframe>`, `<iframe></iframe>`,
		`<iframe src="https://www.facebook.com/plugins/video.php?href=https%3A%2F%2Fevil.example"></iframe>`, `<amp-twitter data-tweetid="https://evil.example/"></amp-twitter>`,
		`<amp-facebook data-href="javascript:x"></amp-facebook>`, `<object data="https://evil.example/x.swf"></object>`, `<embed src="x.swf">`, `<lite-youtube></lite-youtube>`,
		`<iframe src="https://www.google.com/recaptcha/x"></iframe>`, `<div class="fb-like" data-href="https://evil.example/"></div>`, `<iframe src="https://w.soundcloud.com/player/?url=javascript:x"></iframe>`,
	} {
		if it := cleanBody(t, "<p>x</p>"+in+"<p>y</p>"); it.ContentHTML != "<p>x</p><p>y</p>" {
			t.Errorf("%s became %s", in, it.ContentHTML)
		}
	}
}

func TestQuotedPostsKeepTheirLink(t *testing.T) {
	for in, want := range map[string]string{
		`<blockquote class="twitter-tweet"><p>Xin chào</p>&mdash; A (@a) <a href="https://twitter.com/a/status/1?ref_src=twsrc">May 1</a></blockquote>`: `<blockquote><p>Xin chào</p><p>— A (@a) <a href="https://twitter.com/a/status/1">May 1</a></p></blockquote>`,
		`<blockquote class="instagram-media" data-instgrm-permalink="https://www.instagram.com/p/C1/?utm_source=ig_embed"></blockquote>`:                `<blockquote><p><a href="https://www.instagram.com/p/C1/">Instagram: https://www.instagram.com/p/C1/</a></p></blockquote>`,
		`<blockquote class="tiktok-embed" cite="https://www.tiktok.com/@a/video/1"><section>Nhảy</section></blockquote>`:                                `<blockquote cite="https://www.tiktok.com/@a/video/1"><p>Nhảy</p><p><a href="https://www.tiktok.com/@a/video/1">TikTok: https://www.tiktok.com/@a/video/1</a></p></blockquote>`,
	} {
		if it := cleanBody(t, "<p>x</p>"+in); it.ContentHTML != "<p>x</p>"+want {
			t.Errorf("%s\n got %s\nwant %s", in, it.ContentHTML, want)
		}
	}
	it := cleanBody(t, `<p>x</p><figure><iframe src="https://www.youtube.com/embed/Ab" title="Phim"></iframe><figcaption>Ảnh: TTXVN</figcaption></figure>`)
	if it.ContentHTML != `<p>x</p><p><a href="https://www.youtube.com/watch?v=Ab">Phim</a></p><figure><figcaption>Ảnh: TTXVN</figcaption></figure>` || strings.Join(it.Captions, "|") != "Ảnh: TTXVN" {
		t.Errorf("a player in a figure became %s, captions %q", it.ContentHTML, it.Captions)
	}
}
