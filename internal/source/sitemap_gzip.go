package source

import (
	"bytes"
	"encoding/binary"
	"io"
	"strings"

	"github.com/klauspost/compress/gzip"

	"tinhub/internal/hub"
)

// A compressed document that unfolds to more than maxRatio times its size, once it has freeRatio bytes, is a bomb: sitemaps
// of one pattern reach about 60.
const (
	maxRatio  = 250
	freeRatio = 8 << 20
	maxLayers = 2 // a file that was packed, and packed again on its way
)

// unpacked is the document out of its gzip, if it is in one: sitemaps are kept so, whatever their name and type say. What a
// cut-off file still gave is read, for the readers say what is missing.
func unpacked(in Input) (Input, error) {
	var err error
	for layer := 0; layer < maxLayers && err == nil && isGzip(in.Body); layer++ {
		in, err = unpack(in)
	}
	return in, err
}

func unpack(in Input) (Input, error) {
	z, err := gzip.NewReader(bytes.NewReader(in.Body))
	if err != nil {
		return in, &hub.Error{Kind: hub.Invalid, Detail: "broken gzip", Err: err}
	}
	most := maxBytes
	if n := len(in.Body) * maxRatio; n < most {
		most = max(n, freeRatio)
	}
	// The last four bytes say how much it is, if nothing follows and nobody lies.
	size := int64(binary.LittleEndian.Uint32(in.Body[len(in.Body)-4:]))
	out := bytes.NewBuffer(make([]byte, 0, min(size, int64(most), int64(len(in.Body))*maxRatio)+bytes.MinRead+1))
	_, err = io.Copy(out, io.LimitReader(z, int64(most)+1))
	switch {
	case out.Len() > most:
		return in, hub.Errorf(hub.TooLarge, "the gzip of %d bytes unfolds to more than %d", len(in.Body), most)
	case out.Len() == 0 && err != nil:
		return in, &hub.Error{Kind: hub.Invalid, Detail: "broken gzip", Err: err}
	}
	in.Body = out.Bytes()
	if media, _ := mediaType(in.ContentType); strings.Contains(media, "gzip") || media == "application/octet-stream" {
		in.ContentType = "" // it was the wrapping's
	}
	return in, nil
}

func isGzip(b []byte) bool { return bytes.HasPrefix(b, []byte("\x1f\x8b\x08")) }
