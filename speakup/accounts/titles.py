"""The words that stand beside a name, or that many names share: they tell nobody apart."""

# Words that say what somebody is, not who: ranks, their short forms, prefixes for acting and temporary, titles.
TITLES = frozenset(
    """
    a t acting temp temporary ret retd retired police staff officer
    pc wpc dc wdc ps wps ds wds sgt sergeant sarge insp inspector di dci ci chief supt superintendent dsupt dsu
    dcs cs acc dcc cc dac ac cmdr commander commissioner assistant deputy det detective constable special sc pcso
    tpc tps tdc tds tdi tdci adc ads adi adci aps
    mr mrs ms miss mx dr prof professor sir dame lord lady rev
    """.split()  # noqa: SIM905 (read as a list of words)
)
# Words after which something other than the name begins ('Smith from custody'), or another name does.
BREAKS = frozenset(
    """
    and or in at on of from with who whom whose is was the works worked working team unit dept department shift
    """.split()  # noqa: SIM905
)
# Words of a surname that many surnames share: alone they are nobody's.
PARTICLES = frozenset(
    """
    van von der den de del della di da dos du la le al el bin binti ibn abu mac mc o st ter
    """.split()  # noqa: SIM905
)
