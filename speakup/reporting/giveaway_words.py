"""The words by which somebody gives herself away: what speakup/reporting/giveaways.py looks for.

A pattern is a line of words. `a|b` is either of two, a `?` after them says that they may be missing, `<group>` is any
word of that group: one of GROUPS below, or what giveaways.py sees in the form of a word (<capital>, <name>, <digits>,
<clock>, <any> and the like). A hyphen inside a word counts as a space, `I'm` as `I am`, and ⏎ is the end of a line.

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
        "regards": "regards sincerely faithfully thanks cheers",
        "nobody": "nobody noone",
        # Written with a capital after "I am", and no name.
        "no_name": (
            "english welsh scottish irish british european polish romanian indian pakistani bangladeshi chinese "
            "nigerian ghanaian somali jamaican caribbean african american australian black asian white muslim "
            "christian catholic protestant jewish sikh hindu buddhist gay lesbian bisexual trans queer autistic "
            "dyslexic police staff detective special sergeant inspector officer constable god mud west east north "
            "south greater united northern southern monday tuesday wednesday thursday friday saturday sunday not the "
            "a an and but so in on at to for from of he she they we it that this what who no yes very still"
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
        "my hours are|were from? <clock>|<hour>|<year> to|until|till|x|- <clock>|<hour>|<year>",
        "my <clock>|<year> to|until|till|x|- <clock>|<hour>|<year> <shift>?",
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
        "i <on_duty> <on_duty>? from|a|the|on? <clock> to|until|till|x|- <clock>|<hour>|<year>",
        "i <on_duty> <on_duty>? from|a|the|on? <hour>|<year> to|until|till|x|- <clock>",
        "i <on_duty> <on_duty>? a|the <hour> to|until|till|x|- <hour>",
        "i <on_duty> <on_duty>? <hour> x <hour>",
        "i started|finished|booked|came|clocked|paraded on|off|duty|shift|work? duty|shift|work? at <clock>|<year>",
        "i started|finished duty|shift|work at <hour>",
    ),
    ONLY: (
        "only <kind>? <kind>? <one_like_me> on|in|at|for <of_ours>? <any>? <unit>",
        "only <kind>? <kind>? <one_like_me> on duty|shift|nights|days|lates|earlies",
        "only <kind> <kind>? person|one|face on|in|at <of_ours>? <any>? <unit>",
        "only <kind>? <kind>? <one_like_me> there|here|present",
        "only <few> <kind>? <some_like_me> on|in|at <of_ours>? <any>? <unit>",
        "just|only <few> of us on|in|at <of_ours>? <any>? <unit>",
        "just|only <few> of us on nights|days|lates|earlies|duty|shift",
        "only <few> of us are|were <kind>|<some_like_me>",
        "i am|was|being the? only <kind>? <kind>? <one_like_me>",
        "i am|was|being the? only <kind>? <kind>? <one_like_me> on|in|at|for <of_ours>? <any>? <unit>",
        "i am|was|being the? only <kind>? <kind>? <one_like_me> there|here|present",
        "i am|was|being the? only <kind>? <kind>? <one_like_me> on duty|shift|nights|days|lates|earlies",
        "i am|was|being the? only <kind> <kind>? person|one|face",
        "i am|was|being the? only <kind> <kind>? person|one|face on|in|at <of_ours>? <any>? <unit>",
        "i am|was the only one|person",
        "me being|as|is|was the only <kind>? <one_like_me>|person",
        "i am|was the first <kind>? <one_like_me> to|on|in|at|there|here|ever",
        "i am|was one of the|just|only? only? <few> <kind>? <some_like_me>|<one_like_me>",
        "i am|was one of <few>",
        "only me and <any> <any>? on|in the|our|my <unit>",
        "no other <kind>? <some_like_me>|<one_like_me> on|in|at <of_ours>? <any>? <unit>",
        "all <male> apart|except|but|bar from|for? me",
        "all|everyone|everybody is|are? a? <male> apart|except|but|bar from|for? me",
        "everyone|everybody apart|except|but|bar from|for? me is|was a? <male>",
        "everyone|everybody else is|was a? <male>",
        "everyone|everybody else on|in <of_ours> <unit> is|was a? <male>",
        "the rest are|were all? <male>",
        "the rest of us|them|the|my|our? <unit>? are|is|were|was all? <male>",
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
