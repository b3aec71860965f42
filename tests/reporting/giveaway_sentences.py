"""Sentences in the voices of officers and staff, written before the patterns that find them: to measure.

OWN: by the way in which somebody gives herself away. OF_OTHERS: near to them, and about somebody else.
"""

from collections.abc import Mapping


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip().replace("⏎", "\n") for line in text.strip().splitlines())


OWN: Mapping[str, tuple[str, ...]] = {
    "nickname": _lines("""
        everybody calls me Jonesy
        They all call me Smudge on the team.
        My nickname is Tiny.
        I'm known as Bez on the shift.
        At work I go by Mags.
        I've been called Mother Hen since my first week.
        he calls me Princess in front of the whole shift
        They gave me the nickname Barbie after the Christmas do.
        My nickname on the relief is Duracell.
        people call me Wills
        Most of them know me as Daisy.
        I am known to everyone as Red.
        the lads call me Captain Chaos
        He has called me Bambi ever since the pursuit.
        I get called Dolly all the time.
        They nicknamed me Ginger Nut.
        The sergeant calls me Little Miss Perfect.
        my mates at the nick call me Macca
        I'm Spud to most of them.
        Everyone on C relief knows me as Fitz.
        They still call me Sparky from my army days.
        He started calling me Treacle on the radio.
        Since training school I have been nicknamed Bones.
        My call sign at work is Tango.
        I'm usually called Bunny.
        She's the one who named me Gobby.
        They refer to me as Calamity Jane.
        my name at work is Chalky
        The whole office calls me Nan.
        I have been Moose to everybody since probation.
    """),
    "spoken to": _lines("""
        He said to me 'Sarah, come here'.
        He shouted "Priya, get the kettle on" across the parade room.
        He told me, "Smile, Becky, it might never happen."
        She said to me: "Come on Jonesy, it's a joke."
        He leaned over and said "Nice legs, Emma".
        He texted me "Morning Kate, dreaming of you".
        "Sit on my lap, Lucy," he said to me.
        The DI looked at me and said 'Not you, Nadia, the men can do this.'
        He messaged me saying "Hi Gemma, you up?"
        He said to me, 'DC Marsh, you are wasted here.'
        He whispered in my ear "you smell lovely, Hannah".
        he goes to me oi sophie make us a brew
        They shouted 'Get your tits out, Kelly' when I walked in.
        He said "Well done Aisha, for a girl" and everybody laughed at me.
        My sergeant told me: "PC Doyle, my office, now."
        he wrote to me "Dear Alison, I can make your posting go away"
        "Don't be like that, Mel," he told me.
        He asked me "Are you on your period, Tash?"
        I heard him shout after me "Run, Danielle, run".
        He replied to me "Thanks Chloe, send a better picture".
        They all chanted "Shaz, Shaz, Shaz" at me.
        He said to me "You know you want to, Miss Okafor".
        over the radio he said "Nice driving for a woman, 4521"
        He put "Happy birthday Leanne you tart" on my card.
        'Jess, love, be a good girl', he said to me in front of everyone.
        He emailed me with 'Karen, stop moaning'.
        The Insp said to me, "Ruth, you will never make sergeant."
        he kept saying to me "come on Abi just one drink"
        He told me "Shut up, Lowe, and do as you're told".
        She told me "Oh Farah, we can't take you on a job like that."
    """),
    "signed": _lines("""
        signed, Priya
        Signed PC Walker
        Please help.⏎⏎Priya
        That is all I know.⏎Sarah Okafor
        Thank you for reading.⏎⏎Best wishes,⏎Jo
        I want him moved.⏎⏎- Kate
        Yours faithfully⏎DC Amy Lomax
        Many thanks⏎⏎Nadia Rahman
        Yours, Becky
        Take care, Hannah x
        I hope you can help me. From Emma
        Thanks in advance, Laura
        Best, Gill
        Regards PC 3312 Doyle
        love, Mags
        I have had enough.⏎PC 4521 Jones
        cheers⏎jess
        Yours sincerely, Mrs Helen Poole
        Kindest regards,⏎⏎Tracey Holt⏎Enquiry Office
        All the best, Steph
        Thank you⏎Ruth
        signed⏎Insp Carol Dean
        This is everything. Thanks again, Yvonne.
        xx Leah
        Respectfully, Sgt Mahmood
        With thanks, Detective Constable Farah Aziz
        Thankyou, Donna
        Hope to hear soon, Alice
        Rgds, Sandra
        Please do something.⏎⏎Sgt Louise Farrow 2210
    """),
    "introduced": _lines("""
        PC 4521 Jones here
        DC Marsh here from CID.
        Hi, it's Becky from the front counter.
        Hello, Sarah here.
        This is PC Lowe from B relief.
        It's Sgt Doyle.
        My name is Donna and I clean at the station.
        Priya Nair, 7714, reporting my skipper.
        Hi my name is Kerry-Ann.
        I'm PC 881 Walker and I have had enough.
        Its Sam from intel
        Detective Sergeant Helen Marsh writing.
        The name's Okafor.
        I'm Sarah, a PC on C team.
        I am Insp Dean.
        Hello, I am called Jo.
        This is Mandy, I work in custody.
        WPC 220 here, been in since 1998.
        you can call me Nat
        My name: Farah Aziz.
        Name: Ruth Mbeki
        I'm PCSO Clare Tully.
        I, Sgt Rebecca Holt, saw this.
        Special Constable Amy Dunn here.
        Me, Jess Carter, on night duty with him.
        My surname is Mahmood, there is only one of us.
        I should say I'm Leanne.
        I'm the Beth he is always on about.
        I am DCI Moore's staff officer, Joanne Pike.
        It's me, Hannah.
    """),
    "post": _lines("""
        I'm a dog handler
        I am a mounted officer.
        I'm the only POLSA in the force.
        I am the force chaplain.
        I'm the station cleaner.
        I am the force's disability lead.
        I run the lost property store.
        I'm the rape liaison officer for the district.
        I am his staff officer.
        I work as a drone pilot.
        I'm a firearms officer on ARV.
        I am a detention officer at Eastgate.
        I'm in charge of the property store.
        I look after the police horses.
        I am a family liaison officer.
        I'm the schools officer for our side.
        I am the federation rep for B division.
        I'm the crime scene manager he rang.
        I am a traffic sergeant.
        I do the front counter at Milltown.
        I'm a negotiator.
        I am the night turn custody nurse.
        I'm the DI's clerk.
        I am a road safety officer.
        I was acting sergeant on that relief.
        I'm a police diver.
        I teach officer safety at the training school.
        I am head of vetting.
        I was the loggist that night.
        I'm the wildlife crime officer.
    """),
    "only woman": _lines("""
        I'm the sole woman on response
        I am the lone female on our shift.
        I'm one of two women on the ARV.
        As the only girl on the team I get the searches.
        There are two women on my team and I am one.
        I'm the single woman in the unit.
        I was the one woman among eleven men.
        There's only me and Kate who are women on the relief.
        I was the token woman on the squad.
        there's just two of us girls on the whole block
        As one of two female sergeants I see it all.
        I'm the only lass in traffic.
        I am one of only a handful of women in firearms.
        The other eight on my team are men.
        I am the only Asian woman at the station.
        I'm the only one on the shift who wears a hijab.
        As the sole female DC I got the tea round.
        I am the first female to pass the course here.
        Being the lone woman on nights I had no one to tell.
        I'm the only openly gay officer at the nick.
        I was the only woman in the room.
        Every other person on my team is a man.
        I'm surrounded by men, there is no other woman on the section.
        Me and one other girl are the only women on C block.
        Out of twelve of us I'm the only female.
        I am the last woman left on the unit.
        we are two women in a team of fifteen
        I'm the youngest woman on the relief.
        I am the only mum on the shift.
        only two of us are female and the other one is on leave
    """),
    "shift": _lines("""
        I was on earlies.
        I'd just come off nights.
        I was on a 2 till 10.
        my shift that day was 6 to 4
        I started at 0600 and he was there already.
        I was late turn.
        I was covering a night shift for a friend.
        I was on the 10 til 8.
        I knocked off at four.
        I was night duty on the Saturday.
        I'd done six nights in a row.
        I was on an early with him.
        I finished my nights on the Tuesday.
        I was set nights with him.
        I clocked on at 7.
        My tour of duty was 1500 to 0100.
        I was on my third late.
        I got off at 3am.
        I paraded at 1345.
        I work the 8 to 6 in the control room.
        I was doing overtime on my rest day.
        I was on call that weekend.
        I was on a quick changeover from lates to earlies.
        I swapped my early for a late that day.
        I came on at 2pm.
        I was kept on until 4 in the morning.
        I worked a double shift on New Year's Eve.
        It was my first night shift.
        it was my last early
        I went off duty at 18:00.
    """),
    "part time": _lines("""
        I work part time.
        I only work Mondays and Tuesdays.
        I'm on a flexible working pattern.
        I do three days a week.
        I work term time only.
        My days are Wednesday to Friday.
        I am part-time because of the children.
        I don't work Fridays.
        I work 22 hours a week.
        I finish at 2 to get my kids from school.
        I'm on reduced hours.
        I am on compressed hours.
        I job share with another sergeant.
        I do school hours.
        I have every Wednesday off.
        My non-working day is Thursday.
        I start at 10 because of nursery.
        I am a part timer.
        My flexible working starts at 9.30.
        I work a fixed early pattern.
        I work two long days.
        I've dropped to 24 hours.
        I never work weekends because of my mother.
        I went part time last year.
        I have a job share.
        my working days are tues weds thurs
        I'm only in three days.
        I do not do nights because of my flexi.
        I'm on 0.6 hours.
        I was refused flexible working so I do four days.
    """),
    "pregnancy": _lines("""
        I was pregnant when he said it.
        I am 20 weeks pregnant.
        I was expecting at the time.
        I'd just told him I was pregnant.
        I had a miscarriage in May.
        I was five months gone.
        my due date is in June
        I'm having a baby in the spring.
        I was on restricted duties because of the pregnancy.
        I lost my baby that month.
        I'm having IVF.
        I was in my third trimester.
        I had morning sickness at briefing.
        I found out I was pregnant in March.
        I'd had my 12 week scan that morning.
        I was going through IVF and he knew.
        I am expecting twins.
        I asked for a maternity uniform.
        I was heavily pregnant and still on response.
        I was showing by then.
        my bump was the joke of the office
        When I was pregnant he moved me to the front counter.
        I fell pregnant and lost my acting rank.
        I told my sergeant that I was expecting.
        I'm due in August.
        While pregnant I was made to do public order.
        I have had two miscarriages since I joined.
        I was told to get an abortion when I said I was pregnant.
        My baby is due at Christmas.
        I am on light duties as I'm pregnant.
    """),
    "maternity": _lines("""
        I came back from maternity leave in May.
        I had just returned from mat leave.
        I was on maternity leave.
        I am breastfeeding.
        I was expressing milk in the medical room.
        After my mat leave they gave my job away.
        I've been back from maternity for two weeks.
        It was my first day back after having my son.
        When I returned after my second baby he laughed.
        I'm on mat leave now.
        I'm still breastfeeding and they know it.
        My keeping in touch day was in April.
        I came in on a KIT day.
        I had a baby last year.
        I have a six month old at home.
        I had my daughter in January.
        I went on maternity in October.
        On my return from maternity leave I had no locker.
        I was away having a baby.
        I got back from adoption leave.
        I need to pump at work.
        I'm a new mum.
        I have just had a baby.
        My maternity cover got my post.
        Since coming back off maternity I am treated like a guest.
        Since my maternity leave I am never asked.
        I returned to work after having twins.
        I was due back from maternity in June.
        while I was off on maternity he told them I would not be back
        I asked for somewhere to express my milk.
    """),
    "rank and team": _lines("""
        As the female sergeant on C relief I should be asked.
        I'm the woman DS in the robbery squad.
        I'm the female inspector at Northgate.
        As a female PC on B team I hear it every day.
        I am a female officer on the armed response unit.
        I'm a woman sergeant in custody.
        As a woman in firearms you keep quiet.
        I'm the girl on the dog section.
        I was the female DC on the job.
        I am a PC on C relief.
        I'm a sergeant at Northgate.
        I am a DS on the murder team.
        I'm a PCSO in the Milltown team.
        I am a call handler in the control room.
        As a Sikh woman on response I know what they mean.
        I am a Black female sergeant.
        I'm the Asian PC on team 4.
        As a gay female DC in CID I get both.
        I'm the female special on D section.
        I was a probationer on A shift.
        As the female duty inspector I had to go in.
        I'm a detective in the child protection team.
        I work on the intelligence desk at HQ.
        I work in the custody suite at Eastgate.
        I'm on C relief.
        My team is B section at Milltown.
        I was posted to the proactive team.
        I'm the new female PC.
        As the PC on the front desk I see who comes in.
        I was the woman sergeant on duty.
    """),
}

OF_OTHERS: tuple[str, ...] = _lines("""
    Everybody calls him Jonesy.
    They call the new girl Barbie.
    He is known as Bez on the shift.
    He told her "Sarah, come here".
    He said to Priya 'Get the kettle on'.
    He shouted at the student "Becky, you are useless".
    She told him "Dave, stop it".
    I said to him 'Dave, leave her alone'.
    I told my sergeant about Emma.
    I told him "Come on Mark, that is enough".
    He signed it PC Walker.
    The card was signed by Sergeant Moore.
    He signed off the overtime of his friends.
    He sends his love to all the students.
    PC 4521 Jones was there and laughed.
    PC Jones came here last year from Kent.
    Sgt Doyle is here every day to watch her.
    It was Becky from the front counter he did it to.
    Sarah here is what they call a badge bunny, he said.
    He is a dog handler.
    The dog handler touched her.
    I saw the dog handler push her.
    I know that he is a firearms officer.
    I was told that he is the federation rep.
    I spoke to the family liaison officer.
    I went to see the chaplain.
    She is the sole woman on response.
    He picked on the lone female on their shift.
    She is one of two women on the ARV.
    He said the female sergeant on C relief slept her way up.
    They put the token woman on the poster.
    He treats the female DC like his secretary.
    The woman sergeant in custody told him to stop.
    As a man he thinks that he can.
    As the sergeant he should know better.
    As the senior officer he gets away with it.
    He was on earlies and sent her pictures from the car.
    She had just come off nights when he rang her.
    He finished at 10 and waited for her outside.
    His shift that day was 6 to 4.
    He knocked off at four.
    They started at 0600 and were drunk by noon.
    She works part time and he calls her a part timer.
    He only works Mondays.
    He does not let anybody work part time.
    She was pregnant when he said it.
    He said that she was pregnant again.
    He moved her when she was expecting.
    His wife is expecting.
    She came back from maternity leave and had no locker.
    He said women on maternity leave are a waste of money.
    He asked when she will be breastfeeding at her desk.
    She had a miscarriage and he joked about it.
    His baby is due in June.
    He is a sergeant at Northgate.
    He works in the custody suite.
    The team is scared of him.
    I was expecting him to say sorry.
    I was expecting trouble after that.
    I had to work with him for a day.
    I look after my friends.
    I am on my guard when he is there.
    I am in two minds about this.
    I finish things that I start.
    I am a private person.
    I was a bit scared.
    He called me a slag and a liar.
    He calls me names in the car.
    They call me at home to come in.
    He said to me "Shut up and make the tea".
    He told me "No, you will not go".
    He said to me 'Monday, my office'.
    He told me, "Sergeant Moore is after you".
    He said to me "Women should not be here".
    He told me "Ask Sarah, she knows".
    He said Sarah was easy.
    I am in the way, he said.
    I was on the floor when he kicked her.
    We were two in the car.
    Thanks to Becky it stopped.
    Best of all, Karen said nothing.
""")

# Written after the patterns, for what they find in words that they were not made for: 48 of these 66, with 2 of the 63
# of others, before anything was mended by them.
OWN_LATER: Mapping[str, tuple[str, ...]] = {
    "nickname": _lines("""
        The boys on the van call me Tinkerbell.
        I've had the nickname Skip since 2015.
        They all know me as Titch.
        In the office I am known as Mrs Motivator.
        He named me Bridget Jones at the leaving do.
        I answer to Binky at work.
    """),
    "spoken to": _lines("""
        He texted me: "Night night Amy, sleep tight".
        My inspector told me "Grow up, Lorraine".
        "Cheer up, Gill!" he shouted at me.
        He laughed and told me 'You should be flattered, Beth.'
        She said to me "Simone, drop it or you are off this team".
        He rang and said "It's me, Rach, open the door".
    """),
    "signed": _lines("""
        That is everything.⏎⏎Thank you,⏎Karen Birch
        Kind regards⏎Insp 1190 Kaur
        signed Donna Price
        Please look into it.⏎Best,⏎Freya
        Thanks, Jo
        Sincerely yours, Alison Wade
    """),
    "introduced": _lines("""
        Hi, I'm Tracey from the enquiry office.
        Sgt 77 Bello here, I need to tell you something.
        My name is Inspector Wood.
        Morning, this is DC Kapoor from intel.
        I am Lucy.
        To be clear I, Mary Quinn, was in the van.
    """),
    "post": _lines("""
        I'm a search officer.
        I am the exhibits officer on this job.
        I am the mortuary liaison for the force.
        I was his tutor constable.
        I work as a call taker.
        I'm the duty groups rep here.
    """),
    "only woman": _lines("""
        I am the only female skipper in the division.
        It's me and nine men on the team.
        As the lone woman on B relief I have to watch my back.
        I am one of three women on the unit.
        There has never been a woman on the squad before me.
        I was the only lady in the briefing.
    """),
    "shift": _lines("""
        I was on a night shift with him.
        I started my shift at 1400.
        I was working a late on Friday.
        My shift was from 8 till 6.
        I booked on at 06:45.
        I was nights that week.
    """),
    "part time": _lines("""
        I only do two days a week.
        I'm a part-time PCSO.
        I work Monday to Wednesday.
        My hours are 9 to 3.
        I do not work on Thursdays.
        I went down to three days after my son was born.
    """),
    "pregnancy": _lines("""
        I was seven weeks pregnant.
        I told him I am pregnant.
        I'd had a miscarriage the month before.
        I was due in September.
        I am on my second round of IVF.
        We are having a baby.
    """),
    "maternity": _lines("""
        I was back from mat leave a week.
        I returned from maternity leave to a different desk.
        I am still feeding my baby myself.
        My maternity leave ended in June.
        I'd been off having my daughter.
        I had a baby in the winter.
    """),
    "rank and team": _lines("""
        As the female inspector on D relief I had no say.
        I'm a female DC on the robbery team.
        I am a PC in the neighbourhood team.
        I work on the front counter.
        I'm the Black sergeant on C shift.
        I'm a woman on a firearms team.
    """),
}

OF_OTHERS_LATER: tuple[str, ...] = _lines("""
    The new probationer was called Sweetcheeks by all of them.
    He goes by Daz.
    The lads know him as Tank.
    He told the student "Amy, lose the attitude".
    She shouted "Rob, get off her".
    I asked him "Dave, why are you like this".
    He said "Ladies first" and held the door shut.
    He told me "Get out, now".
    He said to me: "Look, it was a joke".
    He told me 'Relax, everybody does it.'
    My sergeant told me "Leave it with me".
    He told me that Karen had complained.
    DC Kapoor was in the room.
    DC Kapoor from intel saw it too.
    I told Sgt Bello here at the station.
    It was done by Insp Wood.
    He wrote "love, your secret admirer" on it.
    He thanked Becky.
    Many of us are afraid.
    Take care of her please.
    She is the exhibits officer.
    He was the search officer on the day.
    The federation rep told her to drop it.
    I rang the dog section for help.
    I spoke to the only sergeant I trust.
    He is one of three supervisors.
    The men on the team laughed.
    The other officers in the room said nothing.
    Two women have left because of him.
    The woman sergeant on C shift was his target.
    She was on a night shift with him.
    He started his shift at 1400.
    They booked her on at 06:45.
    He works Monday to Wednesday.
    She only does two days a week, and he mocks it.
    He said part-timers are lazy.
    The new PC is pregnant and he keeps touching her bump.
    He told a pregnant officer to man up.
    Her due date was a bet in the office.
    He said that she was back from mat leave and fat.
    The girls coming back from maternity are put on nights.
    He went down to three days so that he could see her.
    A female DC on the robbery team told me about it.
    He is a PC in the neighbourhood team.
    They all work on the front counter.
    The inspector on D relief does nothing.
    I am on his side no more.
    I am due an apology.
    I was due to see him again.
    I had a bad feeling.
    I had my doubts.
    I have three witnesses.
    I was called into his office.
    I was called a liar.
    I get called in whenever he is off.
    I go by what she told me.
    I do nothing wrong.
    I work hard and I want to go on working.
    I never do that.
    After having my say I was ignored.
    I was put on a plan for it.
    As the days went by I slept less.
    As a rule I stay out of it.
""")
