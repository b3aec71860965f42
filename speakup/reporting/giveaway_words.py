"""The words by which somebody gives herself away: what speakup/reporting/giveaways.py looks for.

A pattern is a line of words. `a|b` is either of two, a `?` after them says that they may be missing, `<group>` is any
word of that group: one of GROUPS below, or what giveaway_tokens.py sees in the form of a word (<capital>, <name>,
<digits>, <clock>, <any> and the like). A hyphen inside a word counts as a space, `I'm` as `I am`, and ⏎ is the end of a
line.

Every pattern says `I`, `me` or `my`, or stands for something that only she would write: the person who did it may be
described in the same account, and nothing is said about words that describe him.
"""

from collections.abc import Mapping

GROUPS: Mapping[str, frozenset[str]] = {
    name: frozenset(words.split())
    for name, words in {
        # Somebody, by what few others are. "Only women get sent there" is about a rule, not about her.
        "one_like_me": (
            "woman female girl lady lass man male bloke lad mum mother parent muslim sikh hindu jew christian lesbian "
            "probationer student special pcso civilian sergeant inspector constable pc dc ds di officer detective "
            "supervisor trainer tutor analyst investigator handler copper cop bobby timer"
        ),
        "some_like_me": "women females girls ladies men males lads mums officers pcsos specials civilians people",
        "kind": (
            "black asian brown white ethnic minority muslim sikh hindu jewish polish irish welsh gay lesbian bisexual "
            "trans transgender disabled deaf dyslexic autistic pregnant female male young younger older single part "
            "full time new probationary student civilian police staff other non"
        ),
        "of_a_kind": (
            "woman female girl lady lass black asian brown white ethnic minority muslim sikh hindu jewish polish irish "
            "welsh gay lesbian bisexual trans transgender disabled deaf dyslexic autistic pregnant male young younger "
            "older single part full probationary"
        ),
        "male": "man men male males bloke blokes lad lads boys white",
        "few": "two three four five six 2 3 4 5 6 few handful couple",
        "unit": (
            "team shift section squad unit relief office department dept rota watch course class intake station nick "
            "floor desk van car room crew block response cid custody traffic firearms syndicate branch suite force"
        ),
        "small_unit": "team shift section squad unit office crew desk rota department syndicate relief suite",
        "of_ours": "the my our this that a",
        "rank": (
            "pc pcso dc ds di dci dcs sgt sergeant insp inspector supt superintendent special constable detective sc "
            "wpc acting temporary temp ps"
        ),
        "post": (
            "sergeant inspector officer manager analyst clerk secretary pa cleaner receptionist trainer tutor handler "
            "spoc rep lead investigator administrator assistant coordinator adviser advisor nurse driver technician "
            "supervisor researcher planner indexer"
        ),
        "one_post": (
            "probationer student tutee sergeant inspector secretary pa cleaner receptionist spoc chaplain "
            "superintendent analyst nurse"
        ),
        # "I am the same officer" names no post.
        "not_post_word": (
            "same reporting only one other kind sort type worst best wrong last next first most more sort junior senior"
        ),
        "his": "his her their",
        "relative": (
            "wife husband partner girlfriend boyfriend fiancee fiance ex sister brother daughter son mother mum niece "
            "cousin tutee student probationer crewmate secretary pa deputy manager supervisor tutor sergeant"
        ),
        "family": "husband wife partner father dad mother mum brother sister son daughter boyfriend girlfriend",
        "him": "him her them he she",
        "boss": "sarge sergeant skipper inspector boss",
        "turn": "early late night day",
        "turns": "earlies lates nights",
        "shift": "shift shifts turn",
        "on_duty": "am was have had been work worked working did do doing rostered on duty shift",
        # The only one, in other words. "The one woman" and "the last woman" are said of oneself alone.
        "sole": "only sole lone token",
        "sole_me": "only sole lone token single one last youngest oldest new newest",
        "woman": "woman female girl lady lass",
        "weekday": (
            "monday mondays tuesday tuesdays wednesday wednesdays thursday thursdays friday fridays saturday saturdays "
            "sunday sundays mon tues tue wed weds thurs thur fri weekend weekends"
        ),
        "ordinal": "first second third fourth last next final",
        "tell": (
            "said says told texted messaged wrote asked replied emailed goes shouted shouts whispered chanted put "
            "saying looked called"
        ),
        # What few do: 'a dog handler', 'a mounted officer'. "Police officer" is no such post.
        "rare_field": (
            "dog mounted firearms traffic drone liaison detention negotiator crime scene schools school wildlife "
            "safety search family scenes offender licensing vetting intelligence prison custody roads armed "
            "surveillance technical public training disability federation diversity staff exhibits imaging fraud "
            "financial cyber hate rape"
        ),
        "rare_post": (
            "handler negotiator diver chaplain loggist pilot rider polsa armourer farrier dispatcher archivist "
            "storeman quartermaster"
        ),
        "post_end": (
            "officer handler manager lead rep adviser advisor sergeant inspector constable nurse investigator trainer "
            "tutor pilot negotiator champion analyst coordinator assistant driver"
        ),
        "pattern": "flexible flexi reduced compressed annualised adjusted",
        "leave": "maternity mat paternity adoption",
        "child": "baby son daughter twins child boy girl",
        "off": "off on out in",
        "number": "number no num nr",
        "number_of": "collar shoulder warrant staff pay payroll force badge epaulette service",
        "length": "year years month months week weeks days",
        "counted": (
            "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
            "seventeen eighteen nineteen twenty thirty few couple nearly over almost"
        ),
        "month": (
            "january february march april may june july august september october november december jan feb mar apr jun "
            "jul aug sep sept oct nov dec"
        ),
        "regards": (
            "regards rgds sincerely faithfully thanks cheers signed love yours best wishes thankyou respectfully care "
            "advance"
        ),
        "nobody": "nobody noone",
        # Written with a capital after "I am", and no name.
        "no_name": (
            "english welsh scottish irish british european polish romanian indian pakistani bangladeshi chinese "
            "nigerian ghanaian somali jamaican caribbean african american australian black asian white muslim "
            "christian catholic protestant jewish sikh hindu buddhist gay lesbian bisexual trans queer autistic "
            "dyslexic police staff detective special sergeant inspector officer constable god mud west east north "
            "south greater united northern southern monday tuesday wednesday thursday friday saturday sunday not the "
            "a an and but so in on at to for from of he she they we it that this what who no yes very still well look "
            "listen darling babe love sorry hey right okay ok careful please sweetheart honey ma'am sir boss sarge oi "
            "hello hi come do don't you your get is are was if when why how where there here my me i then now later "
            "january february march april may june july august september october november december"
        ),
    }.items()
}

# Given names of people who work in Britain, for sentences that hold nothing else to tell a name by.
_GIVEN_NAMES = (
    "aaron abby abdul abigail adam adrian aisha alan alexander alexandra alice alison amanda amelia amina amy "
    "andrea andrew angela anita anna anne annie anthony antonia arjun ashley ayesha barbara becky ben benjamin "
    "bethany beth brian bridget callum cameron caroline catherine cathy charlotte cheryl chloe christina "
    "christine christopher claire clare colin connor craig daniel danielle darren david dawn debbie deborah "
    "denise diane donna dorothy edward eleanor elizabeth ella ellen emily emma eric erin esther eve fatima "
    "fiona frances francesca gareth gary gemma geoffrey georgia georgina gillian gordon graham gurpreet hannah "
    "harpreet harriet harry hazel heather helen hollie holly ian imogen imran irene isabel isabella jack "
    "jacqueline jamie jane janet janice jasmine jason jean jennifer jenny jessica jill joan joanna joanne jodie "
    "john jonathan jordan joseph josephine joshua joyce judith julia julie karl kate katherine kathleen kathryn "
    "katie kayleigh keith kelly kenneth kerry kevin kim kimberley kirsty kristina laura lauren leah leanne lee "
    "leigh leon lesley liam linda lindsay lindsey lisa lorraine louise lucy luke lynn lynne maria marie marion "
    "martin mary matthew maureen megan melanie melissa michael michelle mohammed mohammad muhammad molly monica "
    "nadia naomi natalie natasha neil nicholas nicola nigel nina olivia oliver pamela patricia paul paula "
    "pauline peter philip philippa phoebe polly priya rachael rachel rebecca richard robert robyn rosemary "
    "rosie ruth ryan sabrina sally samantha samina samuel sandra sara sarah scott sean shabnam shannon sharon "
    "shaun sheila shirley simon sofia sonia sophia sophie stacey stephanie stephen steven stuart susan suzanne "
    "tanya tara teresa theresa thomas timothy tina toni tracey tracy valerie vanessa veronica victoria vikram "
    "wayne wendy yasmin yvonne zainab zara zoe"
)
GIVEN_NAMES: frozenset[str] = frozenset(_GIVEN_NAMES.split())

NAME, COLLAR, SHIFT, ONLY, ALONE, POST, LIFE, HOME = "name", "collar", "shift", "only", "alone", "post", "life", "home"

PATTERNS: Mapping[str, tuple[str, ...]] = {
    NAME: (
        "my full|real|first|last|christian? name is <name> <capital>? <capital>?",
        "my names <name> <capital>?",
        "my name is <rank> <digits>? <capital>",
        "my surname|nickname is <name>",
        "my initials are|is <any> <any>? <any>?",
        "i am|was called <name> <capital>?",
        "i am <rank> <rank>? <digits>? <capital> <capital>?",
        "this is <rank> <rank>? <digits>? <capital> <capital>? writing|here|reporting|speaking",
        "i am <capital> <capital>",
        "i am <given_name>",
        "i ,? <capital> <capital> ,? am|was|want|wish|make",
        "calls|called|call|calling me <given_name>",
        "<regards> ,? ⏎? ⏎? <rank>? <digits>? <capital> <capital>?",
        "<regards> ,? ⏎? ⏎? <name> <capital>?",
        "calls|called|call|calling me <capital> <capital>?",
        "nicknamed|named|christened me <capital> <capital>?",
        "know|knows|knew me as <capital>",
        "refer|refers|referred to me as <capital> <capital>?",
        "i am|was|been usually|always|also? known|called|nicknamed as? <name> <capital>?",
        "i am|was known to <any> <any>? as <name>",
        "i have been known|called|nicknamed as? <name> <capital>?",
        "i get|got called <name>",
        "i go|went by <name>",
        "i am <capital> to most|all|everyone|everybody|them|the",
        "i have been <capital> to most|all|everyone|everybody|them|the",
        "my nickname is|was|on <any> <any>?",
        "i have|had|got the|a nickname <any>",
        "i answer to <capital>",
        "my nickname at|in|on <any> <any>? is|was <any>",
        "my name at|on work|shift|team is|was <any>",
        "gave|given me the|a nickname",
        "my call|radio sign",
        "can|may call me <name>",
        "my name|surname : <name> <capital>?",
        "my names|name : <name>",
        "it is me ,? <name> <capital>?",
        "it is|was me , <rank> <digits>? <capital>",
        "me , <given_name> <capital>? ,",
        "i am the <given_name>",
        "i , <rank> <rank>? <digits>? <capital> <capital>? ,",
        "hi|hello|hey|morning ,? <name> <capital>? here",
        "hi|hello|hey ,? it|this is <name> <capital>? from|at|in|on|here",
        "this is <rank> <rank>? <digits>? <capital> <capital>? from|at|in|on",
        "<rank> <rank>? <digits>? <capital> <capital>? here|writing",
        "<rank> <digits> here",
        "<regards> ,|:? ⏎? ⏎? <rank> <rank>? <digits>? <name> <capital>? <digits>?",
        "<regards> ,|:? ⏎? ⏎? mr|mrs|ms|miss <name> <capital>?",
        "best|kind|warm|many|all the? best|wishes|regards|thanks ,|:? ⏎? ⏎? <name> <capital>?",
        "thank you ,? ⏎? ⏎? <name> <capital>?",
        "thanks|take|with in? advance|again|care|thanks ,? ⏎? ⏎? <name> <capital>?",
        "hear from? you? soon ,? ⏎? ⏎? <name> <capital>?",
        "⏎ -? <rank>? <rank>? <digits>? <name> <capital>? <digits>?",
    ),
    COLLAR: (
        "my own? <number_of>? <number> is|was? :? <digits>",
        "my own? <number_of>? <number> ,? <digits>",
        "my own? <number_of> is :? <digits>",
        "i am <rank> <rank>? <digits>",
        "i am <number_of> <number>? <digits>",
        "i|me ,? <rank> <digits>",
        "my own? car? reg|registration|plate <number>? is :? <any> <any>?",
    ),
    SHIFT: (
        "my shift|duty|turn is|was|started|starts|finished|finishes|ended|ends|ran at|from|to? a|the|on? <worked>",
        "my hours are|were from? <clock>|<hour>|<year> to|until|till|til|x|- <clock>|<hour>|<year>",
        "my <clock>|<year> to|until|till|til|x|- <clock>|<hour>|<year> <shift>?",
        "my <turn> <shift>",
        "my rest days are|were|is|was <any>",
        "my shift pattern|rota is|was",
        "i am|was on a|the|my? <turns>",
        "i am|was on days",
        "i am|was on|doing|covering|working a|the|my? <turn> <shift>",
        "i am|was working|covering|doing|rostered|posted on|for? a|the|my? <turns>",
        "i am|was rostered|posted on|for a|the|my <turn> <shift>",
        "i work|worked|did|covered a|the|my? <turns>",
        "i work|worked|did|covered a|the|my? <turn> <shift>",
        "i <on_duty> <on_duty>? from|a|the|on? <clock> to|until|till|til|x|- <clock>|<hour>|<year>",
        "i <on_duty> <on_duty>? from|a|the|on? <hour>|<year> to|until|till|til|x|- <clock>",
        "i <on_duty> <on_duty>? a|the <hour> to|until|till|til|x|- <hour>",
        "i <on_duty> <on_duty>? <hour> x <hour>",
        "i started|finished|booked|came|clocked|paraded on|off|duty|shift|work? duty|shift|work? at <clock>|<year>",
        "i started|finished duty|shift|work at <hour>",
        "my shift|duty|turn|tour of? duty? that|this day|night was|is from? <worked>",
        "my tour of duty",
        "my <ordinal> early|late",
        "my <ordinal> <turn> <shift>",
        "my <ordinal> <turns>",
        "i am|was on a|an|my early|late|night",
        "i am|was on my <ordinal> early|late|night|<turn>",
        "i am|was early|late|night <shift>|duty",
        "i am|was set|given|put on? <turns>",
        "i have|had? just|only? come|came|got off|on a|my? <turns>|<turn>",
        "i have|had? done|worked|did <amount> <turns>|<turn>",
        "<amount> <turns> in a row",
        "i finished|ended|started|began|swapped|changed my|on|a|a? <turns>",
        "i swapped|changed my|a <turn>|<turns>|shift|rest",
        "i am|was doing|covering|working a|an|my? overtime|double",
        "i am|was on call",
        "i worked|did a|the double|split shift",
        "i am|was kept on until|till|til <worked>|<amount>",
        "i am|was on a quick changeover",
        "on my rest day|days",
        "i knocked|clocked|booked|got|went|came|signed|logged|went off|on duty? at|about? <worked>|<year>",
        "i knocked|clocked|booked|got|went|came|signed|logged|went off|on duty? at <amount>",
        "i paraded|started|finished at <clock>|<year>",
        "i started|finished|began|ended my <shift>|duty at <worked>|<year>",
        "i am|was <turns>",
        "i am|was working|covering|doing|on a|an <turn>",
        "i start|finish at <worked>|<amount>",
        "i work|worked the|a <hour> to|until|till|til|x|- <hour>|<clock>",
        "i am|work|worked|went|go|gone a? part time|timer",
        "i am|was working? on? part time",
        "i am|was on|refused|given|granted a|my? <pattern> working|hours|pattern|duties",
        "i am|was on <digits> hours",
        "i am|was only in <amount> days",
        "i work|do a|my? <pattern>|fixed <any>? working|hours|pattern",
        "i only? work|do <weekday>",
        "i only work|do <amount>|<weekday>|mornings|afternoons|part|term|school",
        "i work|do|worked|did <amount> long|short|full? days|hours|mornings|shifts",
        "i have? dropped|went|gone|cut down? to <amount> days|hours",
        "i work|do term|school time|hours",
        "i don't|dont|never|cannot|can't work|do <weekday>",
        "i do|can not work|do on? <weekday>",
        "i work <weekday> to|till|until|and <weekday>",
        "i dropped|went|am|was down to <amount> days|hours|shifts",
        "i don't|dont|never|cannot|can't do|work <turns>",
        "i do|can not do|work <turns>",
        "i have|had every? <weekday> off",
        "i have|do|did|was|am in? a? job share",
        "i job share",
        "my non? working days|day",
        "my days are|were <weekday>",
        "my <pattern>|agreed working|hours|pattern",
        "because of my flexi|hours|childcare|<pattern>",
        "because of nursery|childcare",
    ),
    ONLY: (
        "<sole> <kind>? <kind>? <one_like_me> on|in|at|for <of_ours>? <any>? <unit>",
        "<sole> <kind>? <kind>? <one_like_me> on duty|shift|nights|days|lates|earlies",
        "<sole> <kind> <kind>? person|one|face on|in|at <of_ours>? <any>? <unit>",
        "<sole> <kind>? <kind>? <one_like_me> there|here|present",
        "only <few> <kind>? <some_like_me> on|in|at <of_ours>? <any>? <unit>",
        "just|only <few> of us on|in|at <of_ours>? <any>? <unit>",
        "just|only <few> of us on nights|days|lates|earlies|duty|shift",
        "only <few> of us are|were <kind>|<some_like_me>",
        "i am|was|being the? <sole_me> <kind>? <kind>? <one_like_me>",
        "i am|was|being the? <sole_me> <kind>? <kind>? <one_like_me> on|in|at|for <of_ours>? <any>? <unit>",
        "i am|was|being the? <sole_me> <kind>? <kind>? <one_like_me> there|here|present",
        "i am|was|being the? <sole_me> <kind>? <kind>? <one_like_me> on duty|shift|nights|days|lates|earlies",
        "i am|was|being the? only <kind> <kind>? person|one|face",
        "i am|was|being the? only <kind> <kind>? person|one|face on|in|at <of_ours>? <any>? <unit>",
        "i am|was the only one|person",
        "me being|as|is|was the <sole> <kind>? <one_like_me>|person",
        "i am|was the first <kind>? <one_like_me> to|on|in|at|there|here|ever",
        "i am|was one of the|just|only? only? <few> <kind>? <some_like_me>|<one_like_me>",
        "i am|was one of <few>",
        "i am|was one of only? a handful|few of? women|us",
        "only me and <any> <any>? on|in the|our|my <unit>",
        "no other <kind>? <some_like_me>|<one_like_me> on|in|at <of_ours>? <any>? <unit>",
        "all <male> apart|except|but|bar from|for? me",
        "all|everyone|everybody is|are? a? <male> apart|except|but|bar from|for? me",
        "everyone|everybody apart|except|but|bar from|for? me is|was a? <male>",
        "everyone|everybody else is|was a? <male>",
        "everyone|everybody else on|in <of_ours> <unit> is|was a? <male>",
        "the rest are|were all? <male>",
        "the rest of us|them|the|my|our? <unit>? are|is|were|was all? <male>",
        "as|being a|an|the|one <sole>? <of_a_kind> <kind>? <one_like_me> on|in|at <of_ours>? <any>? <any>? <unit>",
        "as|being a|an|the|one <sole>? <of_a_kind> <kind>? <rank> on|in|at <of_ours>? <any>? <any>? <unit>",
        "as|being a|an|the|one <woman> on|in|at <of_ours>? <any>? <any>? <unit>",
        "as|being a|an|the <kind> <kind>? <any>? <one_like_me>|<rank> i",
        "as|being the <of_a_kind> <any>? <one_like_me>|<rank> i",
        "as|being one of <few>|the",
        "i am|was a|an|the new? <of_a_kind> <kind>? <one_like_me>|<rank> on|in|at|of <of_ours>? <any>? <any>? <unit>",
        "i am|was a|an|the new? <of_a_kind> <kind>? <one_like_me>|<rank> on|in|at <capital>",
        "i am|was the new? <of_a_kind> <kind>? <rank>",
        "i am|was a|an <kind> <kind> <rank>",
        "i am|was the <woman> on|in <of_ours>? <any>? <unit>",
        "i am|was the <sole_me> <kind>? <kind>? <woman> left|among|in|on|of",
        "i am|was the <sole_me> openly? <kind> <one_like_me>",
        "there are|is just|only? <few> <kind>? <some_like_me> on|in my|our|the <unit>",
        "there are|is just|only? <few> of us <some_like_me>",
        "there is|are just|only me and <any>",
        "<few> of us are|were <kind>|<some_like_me>",
        "every other person|officer|one on|in my|our|the <unit> is|was a? <male>",
        "everyone|everybody else on|in my|our <any>? <unit> is|was a? <male>",
        "the other <any> <any>? on|in my|our <any>? <unit> are|were all? <male>",
        "me and one|the other <kind>? <woman>",
        "i am|was surrounded by <male>",
        "no other <woman> on|in|at <of_ours>? <any>? <unit>",
        "we are|were <few> <some_like_me> on|in a|the|my|our? <unit>",
        "i am|was the only one on|in <of_ours>? <any>? <unit>",
    ),
    ALONE: (
        "i am|was|were left? all? alone with <him>",
        "i am|was on my own with <him>|<one_like_me>",
        "i am|was left? all? alone in|at|on the|an|a|his|my|our",
        "we are|were left? all? alone",
        "<him> is|was|were alone with me",
        "and|been|got|being alone with me",
        "got|gets|get|caught|had me alone",
        "got|gets|get|caught|had me on my own",
        "me alone in|with|on",
        "just|only me and <him>|<boss>|<capital>",
        "just|only me and the|my|a|that|one other? <boss>|<rank>|<post>",
        "we are|were the only ones|two|people",
        "i was|were the only ones|two",
        "we are|were left? all? on our own",
        "single crewed with <him>",
        "i have|had? only|just told",
        "only one|person who|that? was there with me",
        "just|only <him> and me|i",
        "there? was? just|only the two|2 of us",
        "just|only us two|2",
        "the two of us were? alone",
        "<nobody> else was|were|is there|here|present|around|about|in|near",
        "<nobody> else saw|heard|knows|knew|witnessed it|him|her|this|that|about|what|any",
        "no one else was|were|is there|here|present|around|about|in|near",
        "no one else saw|heard|knows|knew|witnessed it|him|her|this|that|about|what|any",
        "there was|were no|nobody|noone one? else there|around|about|in|near",
        "i have|had? not|never told|spoken anyone|anybody|a soul?",
        "i have|had? not|never told|mentioned|said this|it|anything to anyone|anybody",
        "i told|have nobody|noone",
        "i have|had? told no one|nobody",
        "only i know|knew|saw|heard",
        "only <him> and i know|knew|saw|heard|were",
        "only <him> and me know|knew|saw|heard|were",
        "<him> only|has told|said|showed|sent|messaged it|this|that? only? to? me",
        "the first|only person i have? told",
    ),
    POST: (
        "i am|was the <post_word> <post>",
        "i am|was the <post_word> <post_word> <post>",
        "i am|was the <one_post>",
        "my role|post|title is|was <any>? <any>? <post>",
        "my job is|was as? a|an|the <any>? <any>? <post>",
        "my job|role title is|was <any>",
        "as the <post_word> <post> i",
        "i am|was a|an <rank>|<post> in|on|at <of_ours>? <any>? <any>? <any>? <small_unit>",
        "i am|was a|an|the|his|her|our? <any>? <rare_field> <any>? <post_end>",
        "i am|was a|an|the|his|her|our? <any>? <rare_post>",
        "i am|was a|an|the? only|force|station|police <any>? <any>? <rare_post>|<one_post>",
        "i am|was acting|temporary <rank>",
        "i am|was a|an|the call handler|taker",
        "i work|worked as a|an|the? call handler|taker",
        "i am|was in charge of the <any>",
        "i am|was head of <any>",
        "i am|was the|a <any> ' clerk|pa|secretary",
        "i am|was a|an <rank> on|in|at the|our|my? <any>? <any>? <unit>",
        "i am|was a|an <rank> at <capital>",
        "i am|was a|an <rare_field> <rank>",
        "i work|worked as a|an|the? <any>? <any>? <post>|<post_end>|<rare_post>|<rank>",
        "i work|worked in|on|at the|our? <any>? <any>? <unit>|counter|suite|stables|stores",
        "i do|run|manage|staff the <any>? front|station|property|control|enquiry|lost counter|desk|store|room|office",
        "i look after the|our police <any>",
        "i run|manage|teach|lead <any> <any>? <any>? at|in|for the <any>? <unit>|school|force|district",
        "i run the lost|property|custody|control|stores|store|training|front <any>?",
        "i am|was on|in <letter>|team <letter>|<digits>|<small_unit>",
        "my team|shift|section|relief is <any>",
        "i am|was posted to the|a|<letter>? <any>? <unit>",
        "as the <post>|<rank> on|in|at|of <of_ours>? <any>? <any>? <unit> i",
        "as the <rank>|<post_word> <post> i",
    ),
    LIFE: (
        "i am|was <his> line|ex|former? <relative>",
        "i am|was going? on|off maternity|paternity|adoption leave?",
        "my maternity|paternity|adoption leave",
        "i am|was <amount> <length>|<any>? pregnant",
        "i am|was heavily|newly|already|still? pregnant",
        "my pregnancy",
        "i came|come|returned|got back? from maternity|paternity|adoption|long leave|term",
        "i joined the|this? force|job|police|team|service|unit|shift|section? in|on <year>|<month>|<digits>",
        "i transferred|moved here? from <capital>",
        "i have got? <amount> years|year service|in|on",
        "my <amount> years|year service|in|on",
        "i have been in|on|with the|this job|force|police|team|unit|role|shift for? <amount> <length>",
        "i have been here|there for? <amount> <length>",
        "i am <digits> years old",
        "my date of birth",
        "i was born",
        "my <family> also? works|worked|serves|served|is|was also? here|there|on|in|at|for|with the|our|this|same",
        "my <family> is|was also? a|an <rank>|<post>",
        "i am|was expecting",
        "i am|was expecting twins|a|my|our baby?",
        "i am|was <amount> months|weeks gone|along",
        "i am|was <any> <any>? pregnant",
        "i am|was due in|on <month>",
        "i am|was going? having|through a|my? baby|twins|ivf",
        "i am|was showing by",
        "i had|have had? a|my|two|three? miscarriage|miscarriages",
        "i lost my|the|our baby",
        "i fell|fall|got|became pregnant",
        "i have|had? just? told <any> <any>? i am|was pregnant",
        "when|while|because|as i am|was? <any>? pregnant",
        "found out i am|was pregnant",
        "i had|have morning sickness",
        "my due date",
        "my bump|ivf|miscarriage|trimester",
        "my <ordinal> trimester",
        "my <any>? baby is|was due",
        "my <amount> week scan",
        "i had|have had? my <amount> week scan",
        "i asked for a maternity <any>",
        "i am|was on|off? on|off <leave>",
        "i went|go|going on|off on? <leave>",
        "i am|was back from <leave>",
        "i am|was on my <ordinal> round of? ivf",
        "we are|were having|expecting a|our|twins <child>?",
        "my <leave> <any>",
        "my return|time from|on|after? <leave> <any>?",
        "i had|have|am|was? just? came|come|returned|return|got|been|due back? from|off <leave>",
        "since|after coming|getting|i came? back from|off <leave>",
        "i am|was still? breastfeeding|expressing|pumping",
        "i need|needed|asked|had to|for somewhere? to? express|pump",
        "i am|was expressing my? milk",
        "i am|was away? having a baby",
        "i had a baby",
        "i have just? had a baby",
        "i had my <any>? <child> in|last|on <any>",
        "i have a <amount> month|week old",
        "i am|was a new mum|mother|dad|father",
        "i came|come|returned|return|back|went back? to? work? after having|my <any> <child>?",
        "after|since|off having my|a|our? <any>? <child>",
        "after|since i had my|a|twins <any>? <child>?",
        "after my <ordinal> baby",
        "my keeping in touch",
        "on a kit day",
    ),
    HOME: (
        "i live at|on|near|in|opposite|behind <capital>|<digits>",
        "i live near|opposite|behind|beside the station|nick|school|pub",
        "i live next door|to",
        "i live on|in the same road|street|village|block|estate|building",
        "my home? address is",
        "my postcode is",
    ),
}
