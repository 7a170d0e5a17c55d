package clean

import (
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// player makes a link of an embedded player; a frame of anything else goes.
func (b *builder) player(n *html.Node) []*node {
	if n.Data == "object" {
		if inner := b.kids(n); anyText(inner) {
			return inner // an embed in it, or what is shown without a plug-in
		}
	}
	src := playerAddress(n)
	to, ok := "", false
	if u, isURL := linkURL(b.base, src); isURL && src != "" {
		to, ok = watchURL(u)
	}
	if !ok {
		b.note(n)
		return []*node{b.arena.element(edge)}
	}
	b.trace.add("player to link", b.field, src, to)
	return []*node{b.arena.element(edge), playerLink(get(n, "title"), to), b.arena.element(edge)}
}

func playerLink(title, to string) *node {
	label := line(title)
	if label == "" {
		label = to
		if name := serviceOf(to); name != "" {
			label = name + ": " + to
		}
	}
	a := element("a", textNode(label))
	a.set("href", to)
	a.embed = true
	return a
}

// ampPlayers says which attribute of an element names what it plays, and what stands before that.
var ampPlayers = map[string][2]string{
	"amp-youtube": {"data-videoid", "https://www.youtube.com/embed/"}, "lite-youtube": {"videoid", "https://www.youtube.com/embed/"},
	"amp-vimeo": {"data-videoid", "https://player.vimeo.com/video/"}, "lite-vimeo": {"videoid", "https://player.vimeo.com/video/"},
	"amp-dailymotion": {"data-videoid", "https://www.dailymotion.com/embed/video/"}, "amp-twitter": {"data-tweetid", "https://twitter.com/i/status/"},
	"amp-instagram": {"data-shortcode", "https://www.instagram.com/p/"}, "amp-soundcloud": {"data-trackid", "https://api.soundcloud.com/tracks/"},
	"amp-facebook": {"data-href", ""}, "amp-facebook-video": {"data-href", ""}, "amp-tiktok": {"data-src", ""}, "amp-reddit": {"data-src", ""},
	"amp-pinterest": {"data-url", ""},
}

// playerAddress is the address that an embedding element shows, as written; "" where it names none.
func playerAddress(n *html.Node) string {
	if p, ok := ampPlayers[n.Data]; ok {
		id := strings.TrimSpace(get(n, p[0]))
		switch {
		case id == "" || p[1] == "":
			return id
		case isAbsolute(id):
			return "" // an id is no address
		}
		return p[1] + url.PathEscape(id)
	}
	src := get(n, "src")
	if n.Data == "object" {
		src = get(n, "data")
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			if name := get(c, "name"); src == "" && c.Data == "param" && (strings.EqualFold(name, "movie") || strings.EqualFold(name, "src")) {
				src = get(c, "value")
			}
		}
	}
	for _, a := range lazyAttrs {
		if src == "" || strings.HasPrefix(src, "about:") {
			src = get(n, a)
		}
	}
	return src
}

// quoted makes sure that a quotation which a network's script would dress keeps the link to what it quotes.
func (b *builder) quoted(n *html.Node, kids []*node) []*node {
	to := b.permalink(n)
	if to == "" {
		return kids
	}
	for _, k := range kids {
		if linksTo(k, to) {
			return kids
		}
	}
	b.trace.add("player to link", b.field, to, to)
	return append(kids, b.arena.element("p", playerLink("", to)))
}

// permalink is the page that a network's embed stands for; "" where n is none.
func (b *builder) permalink(n *html.Node) string {
	class := get(n, "class")
	if class == "" || !holds(class, "embed") && !holds(class, "instagram-media") && !holds(class, "fb-") && !holds(class, "twitter-") {
		return ""
	}
	for _, key := range []string{"data-instgrm-permalink", "data-href", "data-url", "cite"} {
		u, ok := canonicalURL("", get(n, key))
		if ok && serviceOf(u) != "" {
			return u
		}
	}
	return ""
}

// anyText says whether nodes show anything.
func anyText(kids []*node) bool {
	return slices.ContainsFunc(kids, func(k *node) bool {
		return k.tag == "" && !blank(k.text) || k.tag == "img" || k.kind == media || anyText(k.kids)
	})
}

// bareAddress is the address that kids are nothing but the text of.
func bareAddress(kids []*node) (string, bool) {
	if len(kids) != 1 || kids[0].tag != "" || !isAbsolute(kids[0].text) || len(kids[0].text) > maxURL {
		return "", false
	}
	return canonicalURL("", kids[0].text)
}

func linksTo(n *node, to string) bool {
	if n.tag == "a" && strings.TrimSuffix(strings.SplitN(n.get("href"), "?", 2)[0], "/") == strings.TrimSuffix(strings.SplitN(to, "?", 2)[0], "/") {
		return true
	}
	for _, k := range n.kids {
		if linksTo(k, to) {
			return true
		}
	}
	return false
}

// services names the sites that embedded players belong to, by the end of their host.
var services = map[string]string{
	"youtube.com": "YouTube", "youtube-nocookie.com": "YouTube", "youtu.be": "YouTube", "vimeo.com": "Vimeo", "dailymotion.com": "Dailymotion", "facebook.com": "Facebook",
	"soundcloud.com": "SoundCloud", "spotify.com": "Spotify", "tiktok.com": "TikTok", "twitter.com": "Twitter", "x.com": "X", "instagram.com": "Instagram",
	"threads.net": "Threads", "threads.com": "Threads", "podcasts.apple.com": "Apple Podcasts", "music.apple.com": "Apple Music", "streamable.com": "Streamable",
	"rumble.com": "Rumble", "ted.com": "TED", "brightcove.net": "Brightcove", "jwplayer.com": "JW Player", "omny.fm": "Omny", "vov.vn": "VOV", "vtv.vn": "VTV", "vtvgo.vn": "VTV",
	"vtvdigital.vn": "VTV", "zing.vn": "Zing", "zingmp3.vn": "Zing MP3", "nhaccuatui.com": "NhacCuaTui", "sohatv.vn": "SohaTV", "twitch.tv": "Twitch", "reddit.com": "Reddit",
	"linkedin.com": "LinkedIn", "pinterest.com": "Pinterest", "t.me": "Telegram", "bsky.app": "Bluesky", "bandcamp.com": "Bandcamp", "mixcloud.com": "Mixcloud",
	"datawrapper.dwcdn.net": "Datawrapper", "datawrapper.de": "Datawrapper", "flourish.studio": "Flourish", "flo.uri.sh": "Flourish", "infogram.com": "Infogram",
	"public.tableau.com": "Tableau", "docs.google.com": "Google Docs", "drive.google.com": "Google Drive", "google.com": "Google Maps", "maps.google.com": "Google Maps", "openstreetmap.org": "OpenStreetMap",
	"giphy.com": "GIPHY", "archive.org": "Internet Archive", "bilibili.com": "Bilibili", "rutube.ru": "Rutube", "vk.com": "VK", "ok.ru": "OK", "odysee.com": "Odysee",
	"megaphone.fm": "Megaphone", "buzzsprout.com": "Buzzsprout", "acast.com": "Acast", "podbean.com": "Podbean", "simplecast.com": "Simplecast", "libsyn.com": "Libsyn",
}

// serviceOf is the name of the site that a canonical address belongs to; "" where it is none of services.
func serviceOf(canonical string) string {
	u, err := url.Parse(canonical)
	if err != nil {
		return ""
	}
	for host := u.Hostname(); host != ""; {
		if name, ok := services[host]; ok {
			return name
		}
		_, rest, ok := strings.Cut(host, ".")
		if !ok {
			return ""
		}
		host = rest
	}
	return ""
}

// watchURL is the page of what an embedded player shows; false where the player is not a known one.
func watchURL(embed string) (string, bool) {
	u, err := url.Parse(embed)
	if err != nil || serviceOf(embed) == "" {
		return "", false
	}
	parts := strings.Split(strings.Trim(u.EscapedPath(), "/"), "/")
	last := parts[len(parts)-1]
	query := u.Query()
	switch host := bareHost(u.Hostname()); host {
	case "youtube.com", "youtube-nocookie.com", "youtu.be":
		return watchYouTube(host, parts, query)
	case "player.vimeo.com":
		if len(parts) == 2 && parts[0] == "video" {
			return strings.TrimSuffix("https://vimeo.com/"+last+"/"+url.PathEscape(query.Get("h")), "/"), true
		}
	case "dailymotion.com", "geo.dailymotion.com":
		if id := query.Get("video"); id != "" {
			last = url.PathEscape(id)
		} else if len(parts) != 3 || parts[0] != "embed" {
			return "", false
		}
		return "https://www.dailymotion.com/video/" + last, true
	case "facebook.com":
		switch last { // the other plug-ins are buttons and boxes
		case "video.php", "post.php", "comment_embed.php":
			return pageOf(query.Get("href"))
		}
		return embed, len(parts) > 2 && (parts[1] == "videos" || parts[1] == "posts")
	case "w.soundcloud.com":
		return pageOf(query.Get("url"))
	case "open.spotify.com", "embed.spotify.com":
		if parts[0] == "embed" && len(parts) > 2 {
			parts = parts[1:]
		}
		return "https://open.spotify.com/" + strings.Join(parts, "/"), len(parts) > 1
	case "tiktok.com":
		if parts[0] == "embed" || parts[0] == "player" {
			return "https://www.tiktok.com/embed/" + last, true
		}
	case "instagram.com":
		if len(parts) > 1 && (parts[0] == "p" || parts[0] == "reel" || parts[0] == "tv") {
			return "https://www.instagram.com/" + parts[0] + "/" + parts[1] + "/", true
		}
		return "", false
	case "embed.podcasts.apple.com", "embed.music.apple.com":
		return "https://" + strings.TrimPrefix(host, "embed.") + u.EscapedPath(), true
	case "platform.twitter.com", "platform.x.com":
		return "https://twitter.com/i/status/" + url.PathEscape(query.Get("id")), query.Get("id") != ""
	case "google.com":
		return embed, parts[0] == "maps"
	case "maps.google.com", "docs.google.com", "drive.google.com":
		return embed, true
	case "giphy.com":
		return "https://giphy.com/gifs/" + last, parts[0] == "embed"
	case "player.bilibili.com":
		if id := query.Get("bvid"); id != "" {
			return "https://www.bilibili.com/video/" + url.PathEscape(id), true
		}
	}
	return embed, !strings.HasSuffix(u.Hostname(), ".google.com")
}

func watchYouTube(host string, parts []string, query url.Values) (string, bool) {
	id := parts[len(parts)-1]
	switch {
	case id == "videoseries" && query.Get("list") != "":
		return "https://www.youtube.com/playlist?list=" + url.QueryEscape(query.Get("list")), true
	case id == "watch" || id == "live_stream":
		id = url.QueryEscape(query.Get("v"))
		if c := query.Get("channel"); id == "" && c != "" {
			return "https://www.youtube.com/channel/" + url.PathEscape(c) + "/live", true
		}
	case host == "youtu.be" && len(parts) == 1:
	case len(parts) != 2 || parts[0] != "embed" && parts[0] != "v" && parts[0] != "shorts" && parts[0] != "live":
		return "", false
	}
	return "https://www.youtube.com/watch?v=" + id, id != ""
}

// pageOf is the page that a player names in its query, where that is one of a known site.
func pageOf(raw string) (string, bool) {
	u, ok := canonicalURL("", raw)
	return u, ok && serviceOf(u) != ""
}
