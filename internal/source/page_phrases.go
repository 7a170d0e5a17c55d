package source

import "regexp"

var (
	// pointing introduces a link to something else.
	pointing = regexp.MustCompile(`(?i)^\W{0,4}(?:see also|read also|also read|also see|read more|read next|read the full|read|more|more on|more from|related|related story|related roundup|recommended|don[’']t miss|must[ -]reads?|must watch|watch|watch now|watch more|listen|also on|see more|further reading|you may also like|you might also like|up next|in case you missed it|in other news|learn more|trending|buyer[’']s guide|tags?|filed under|topics?|source|via|leggi anche|leggi|lire aussi|à lire aussi|lesen sie auch|lesen sie hier|mehr zum thema|auch interessant|lea también|lee también|le puede interesar|te puede interesar|también|leia também|leia mais|veja também|lees ook|läs också|læs også|czytaj też|czytaj także|zobacz też|читайте также|читайте ещё|đọc thêm|xem thêm|mời đọc thêm|mời bạn đọc|tin liên quan|bài liên quan|関連記事|続きを読む|相关阅读|延伸阅读)(?:\s*[:：>»|–—-]|\s|$)`)

	// heading of a box: what follows is of the page, not of the article.
	boxing = regexp.MustCompile(`(?i)^\W{0,4}(?:related|related (?:articles?|stories|posts?|content|links?|topics?|news|reading|coverage)|more (?:from|on|in|about|stories|news|like this|to read|coverage)\b.{0,40}|read (?:also|more|next)|see also|recommended(?: (?:for you|articles|stories|reading))?|you (?:may|might) (?:also )?(?:like|enjoy|be interested).{0,20}|most (?:read|popular|viewed|recent)|popular (?:now|posts|stories)|trending(?: now)?|latest (?:news|stories|posts|articles|from).{0,20}|(?:top|other|featured|recent|similar) (?:stories|news|posts|articles)|don[’']t miss|editor[’']?s[’']? picks?|about the (?:author|writer)s?|about (?:me|us)|leave a (?:reply|comment)|(?:\d+ )?comments?|join the (?:conversation|discussion)|share this.{0,20}|tags?|topics|sponsored(?: content| stories)?|advertisement|subscribe(?: to .{0,40})?|sign up.{0,40}|newsletter|follow us|contact|mehr zum thema.{0,40}|lesen sie auch|(?:das könnte|diese artikel könnten).{0,40}interessieren|auch interessant|weitere (?:artikel|informationen|themen|beiträge|meldungen|nachrichten|infos)|ähnliche (?:artikel|beiträge|themen)|verwandte (?:artikel|beiträge|themen|themenbereiche)|über den autor|über die autorin|ansprechpartner|kontakt|kommentare?|schlagwörter|stichwörter|themen|zum weiterlesen|à lire aussi|lire aussi|sur le même (?:sujet|thème)|articles? (?:liés?|similaires)|commentaires?|l[’']auteur|lea también|lee también|te puede interesar|le puede interesar|notas relacionadas|noticias relacionadas|artículos relacionados|más (?:noticias|sobre).{0,30}|comentarios?|sobre el autor|etiquetas|veja também|leia (?:também|mais)|notícias relacionadas|artigos relacionados|comentários?|leggi anche|articoli correlati|potrebbe interessarti.{0,20}|commenti|zobacz (?:także|też|również)|czytaj (?:też|także|również|więcej)|przeczytaj (?:też|także)|polecane|komentarze|читайте также|смотрите также|по теме|комментарии|lees ook|läs mer|läs också|tin liên quan|bài (?:viết )?liên quan|có thể bạn quan tâm|tin (?:cùng chuyên mục|khác|mới).{0,20}|cùng chuyên mục|đọc (?:thêm|nhiều).{0,10}|xem (?:thêm|nhiều).{0,10}|bình luận.{0,10}|ý kiến.{0,20}|関連記事|関連リンク|相关阅读|相关新闻|관련 ?기사)\s*[:：.…!]*$`)

	// asking asks the reader for something.
	asking = regexp.MustCompile(`(?i)^\W{0,4}(?:(?:please )?(?:sign up|subscribe|register|log in|sign in|follow (?:us|me|him|her|them|@|our|the|[a-z]+ on)|like (?:us|this)|join (?:us|our|the conversation)|share (?:this|it|your)|download (?:the|our)|get (?:the|our|your|all|more|breaking|daily|weekly)[^.]{0,60}(?:newsletter|app|inbox|email|delivered|breaking news|free)|click here|tap here|continue reading|story continues|article continues|scroll (?:down|to)|advertisement|sponsored|leave a (?:comment|reply)|post a comment|add a comment|tell us|let us know|have (?:a|your) (?:say|tip|story)|support (?:us|our)|become a (?:member|subscriber|patron)|support the|want more|want to (?:read|get|see)|you can (?:also )?follow|follow|enjoying this|like this (?:story|article)|got a (?:tip|story|news)|do you have|email us|contact us|comments? (?:are )?(?:closed|below)|what do you think)|theo dõi (?:chúng tôi|báo|trên)|đăng ký|mời (?:quý )?(?:độc giả|bạn đọc)|bấm vào đây|nhấn vào đây|abonnieren|melden sie sich|abonnez-vous|inscrivez-vous|suscríbete|síguenos|inscreva-se|iscriviti|seguici|подписывайтесь|подпишитесь)`)

	// consenting is a notice about cookies.
	consenting = regexp.MustCompile(`(?i)(?:this|our) (?:web)?site uses cookies|we use cookies|use of cookies|cookie policy|cookie-richtlinie|utilise des cookies|utiliza cookies|utilizza cookie|sử dụng cookie`)

	// consentWords stand in such a notice beside the cookies.
	consentWords = regexp.MustCompile(`(?i)\b(?:accept|agree|consent|privacy|settings|(?:web)?site|browser|zustimm\w*|einverstanden|datenschutz|dienste|nutzung|acceptez|consentement|confidentialité|navigation|aceptar?|privacidad|política|accett\w+|informativa|akcept\w*|prywatności|korzystamy)\b|đồng ý|chấp nhận|quyền riêng tư`)

	// menuRow is a menu on one line whose entries nobody knows, by the first of them.
	menuRow = regexp.MustCompile(`^(?:(?i:menu)[\s|•·:]+)?(?:Home(?:page)?|HOME(?:PAGE)?|Startseite|Accueil|Inicio|Início)(?:[\s|•·/»>]+(?:\p{Lu}[\p{L}\d&’'-]*|&|and)){3,20}$|^(?i:(?:menu[\s|•·:]+)?trang chủ)[\s|•·/»>]+\p{Lu}[\p{L}\d&-]*(?:[\s|•·/»>]+[\p{L}\d&-]+){2,40}$`)

	// owning says whose the text is.
	owning = regexp.MustCompile(`(?i)^\W{0,3}(?:©|\(c\)\s|copyright\b(?:[^.!?]*$|.*(?:©|\(c\)|\d{4}|reserved))|all rights reserved|alle rechte vorbehalten|tous droits réservés|todos los derechos|todos os direitos|tutti i diritti|bản quyền)|all rights reserved\.?$`)

	// crediting says who made a picture, on a line of its own.
	crediting = regexp.MustCompile(`(?i)^\W{0,2}(?:photos?|images?|pictures?|photo(?:graph)? by|photo credit|image credit|credits?|foto|fotos|bild|photo de|crédit|ảnh|ảnh minh họa|nguồn ảnh)\s*(?:[:：/©]|by\b|courtesy)`)

	// counting is the furniture of slide shows.
	counting = regexp.MustCompile(`(?i)^\W*(?:image|photo|slide|picture|ảnh|bild|foto)?\s*\d{1,3}\s*(?:/|of|of /|von|sur|de)\s*\d{1,3}\W*$|^\W*(?:caption|close|video|gallery|back to gallery|show caption|hide caption|enlarge|expand|play|play video|image|photo|advertisement|advert|ad|loading\.*|getty images|toggle caption)\W*$`)

	// writtenBy introduces the names of writers.
	writtenBy = regexp.MustCompile(`(?i)^(?:by|von|por|par|di|af|av|door|bởi|text|tác giả|authors?|autor(?:in|en|es)?|auteurs?|autore|автор(?:ы)?|текст|(?:written|posted|published|story|reporting|reported|words) by|geschrieben von|verfasst von|ein(?:e)? \p{L}+ von|écrit par|rédigé par|publié par|escrito por|scritto da|geschreven door|viết bởi|người viết)(?:\s*:\s*|\s+)`)
)
