"""The words of the questionnaire template: our own, for readers of about nine to eleven.

Short sentences, one thing in each, no praise and no blame. Each case shows one thing that may be
good and one that may be bad. Whoever changes a wording gives it a source and a version of its own.
"""

from __future__ import annotations

from collections.abc import Mapping

SOURCE = "Licet template 1"

INTRODUCTION = (
    "These questions are about records that public services keep on families. We ask what you think. "
    "Nobody will see your name beside your answers. Your answers change nothing about the help or the "
    "money that you get."
)
CONSENT = "Do you want to take part? You can stop at any time, and you do not have to say why."
CONSENT_YES = "Yes, I want to take part"
CONSENT_NO = "No, I do not want to take part"
FAREWELL = "That is fine. Thank you. We will not ask you anything else."
CLOSING = "Thank you. That was the last question."

EXPLANATION: tuple[tuple[str, str], ...] = (
    (
        "What is a record?",
        "When you use a service, people there write things down. A school notes who is in class. A "
        "nurse notes how a child grows. The police note when they are called. Each of these notes is "
        "a record.",
    ),
    (
        "Where are records kept?",
        "Each service keeps its own records on its own computers. Most of the time the people in one "
        "service cannot see the records of the next one.",
    ),
    (
        "What does it mean to join records?",
        "A computer looks at two lists. It looks for the same name, the same birthday and the same "
        "home. When it finds them in both lists, it puts the two records side by side. We call this "
        "joining records.",
    ),
    (
        "What happens then?",
        "Joined records say more about a family than one record does. Staff can read them and may get "
        "in touch with the family. The records can be right. They can also hold mistakes, or mix up "
        "two families.",
    ),
    (
        "What do we ask you?",
        "We mean records with names in them, of real families. We do not mean one child who is in "
        "danger now. Then staff may always speak to each other. There are no right or wrong answers.",
    ),
)

SCALES: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "knowledge": {
        "options": ("Yes", "No", "Not sure", "Prefer not to say"),
        "agrees": ("Yes",),
        "disagrees": ("No",),
        "dont_know": ("Not sure",),
        "outside": ("Prefer not to say",),
    },
    "acceptance": {
        "options": (
            "Fully OK",
            "Mostly OK",
            "In between",
            "Mostly not OK",
            "Not OK at all",
            "Don't know",
            "Prefer not to say",
        ),
        "permits": ("Fully OK", "Mostly OK"),
        "neutral": ("In between",),
        "opposes": ("Mostly not OK", "Not OK at all"),
        "dont_know": ("Don't know",),
        "outside": ("Prefer not to say",),
    },
    "trust": {
        "options": (
            "Trust fully",
            "Mostly trust",
            "In between",
            "Mostly do not trust",
            "Do not trust at all",
            "Don't know",
            "Prefer not to say",
        ),
        "permits": ("Trust fully", "Mostly trust"),
        "neutral": ("In between",),
        "opposes": ("Mostly do not trust", "Do not trust at all"),
        "dont_know": ("Don't know",),
        "outside": ("Prefer not to say",),
    },
    "agreement": {
        "options": (
            "Agree a lot",
            "Agree a bit",
            "In between",
            "Disagree a bit",
            "Disagree a lot",
            "Don't know",
            "Prefer not to say",
        ),
        "agrees": ("Agree a lot", "Agree a bit"),
        "neutral": ("In between",),
        "disagrees": ("Disagree a bit", "Disagree a lot"),
        "dont_know": ("Don't know",),
        "outside": ("Prefer not to say",),
    },
}

BLOCKS: Mapping[str, tuple[str, str, str, bool]] = {
    # id: title, intro, order, flip
    "knowing": ("What you knew", "First, what you knew before today.", "as written", False),
    "reasons": (
        "Why records are joined",
        "There can be many reasons to join records. For each one you first read a short case. The "
        "families are made up. Then you say how OK or not OK the reason is to you.",
        "rotated",
        True,
    ),
    "services": (
        "Who joins records",
        "Now think of each service in turn. It joins its records with those of the others.",
        "rotated",
        True,
    ),
    "operators": (
        "Who does the work",
        "A council can join records with its own staff. It can also ask somebody else to do it.",
        "as written",
        True,
    ),
    "worries": (
        "What people say about it",
        "Here are things that some people say and others do not. What do you say?",
        "rotated",
        True,
    ),
    "first": (
        "What should be done first",
        "What should be done before records are joined?",
        "as written",
        True,
    ),
}

AWARENESS: Mapping[str, tuple[str, str]] = {
    "stored": (
        "Did you know that schools, councils and others like them keep records on people?",
        "For example: a doctor's notes, or a school's list of who is in class.",
    ),
    "joined": (
        "Did you know that records of two or more services can be joined to learn about a family?",
        "For example: school records put side by side with housing records.",
    ),
}

REASONS: Mapping[str, tuple[str, str]] = {
    "offer_unasked": (
        "A child misses many days at school. The family also owes rent. The family has asked for no "
        "help. The two records are joined. A worker phones and offers a visit. The family may be "
        "glad. Or it may be upset that somebody looked.",
        "How OK or not OK is it to join records to find families who may want help but have not asked?",
    ),
    "save_money": (
        "A council has little money. It joins records to help families soon, so that it pays for "
        "fewer big problems later. The money may go further. Or the records may be joined and the "
        "money not go to families at all.",
        "How OK or not OK is it to join records so that the council can spend less later on?",
    ),
    "target_services": (
        "A council has ten places in a group for parents. It joins records to see which families to "
        "ask first. The places may go where they help most. Or a family that wants a place may not "
        "get one.",
        "How OK or not OK is it to join records to pick which families a service is aimed at?",
    ),
    "find_abuse": (
        "A nurse notes that a child is often hurt. A school notes that the child is often sad. The "
        "two records are joined. A social worker visits. A child may get help. Or a family that did "
        "nothing wrong may be looked into.",
        "How OK or not OK is it to join records to find children who may be abused or not cared for?",
    ),
    "pay_entitlements": (
        "A family could get free school meals and does not know it. The council joins records and "
        "sees this. It sends a letter. The family may get the meals. Or it may not want the council "
        "to know what it earns.",
        "How OK or not OK is it to join records to find families who miss out on what is theirs by right?",
    ),
}

SERVICES: Mapping[str, tuple[str, str]] = {
    "social_work": ("social workers", "the worker who visits a family"),
    "education": ("schools", "teachers, the school office, the council's school team"),
    "early_years": ("nurseries and children's centres", "nursery staff, a play group"),
    "police": ("the police", "an officer who was called to a home"),
    "immigration": (
        "the immigration office",
        "the people who say who may come to this country and who may stay",
    ),
    "health": ("doctors and hospitals", "your doctor, a health visitor, a hospital ward"),
    "housing": ("housing offices", "the council's homes team, a housing association"),
    "benefits": ("the benefits office", "the people who pay child benefit or help with rent"),
    "tax": ("the tax office", "the people who collect council tax or tax on what you earn"),
}

OPERATORS: Mapping[str, tuple[str, str]] = {
    "in_house": (
        "A council wants to join records. Its own staff do the work. They can see the names. They "
        "know the area. Some of them may know the families.",
        "How OK or not OK is it that the council's own staff join the records?",
    ),
    "public_partner": (
        "A council wants to join records. It asks another public body to do the work, such as the "
        "county's computer team. The staff there can see the names. They do not know the families.",
        "How OK or not OK is it that another public body joins the records?",
    ),
    "commercial": (
        "A council wants to join records. It pays a company to do the work. The staff there can see "
        "the names. The company may have done this before. It also has to make money.",
        "How OK or not OK is it that a company is paid to join the records?",
    ),
}

CONCERNS: Mapping[str, tuple[str, str]] = {
    "unknown_use": (
        "Most families cannot tell what their records are used for.",
        "For example: nobody told them that a record was passed on.",
    ),
    "inaccurate": (
        "Joined records often say things about a family that are not true.",
        "For example: two people with the same name are mixed up.",
    ),
    "discrimination": (
        "Because of joined records, some groups of people are treated worse than others.",
        "For example: because of where they were born, or where they live.",
    ),
    "put_off": (
        "When records are joined, some families stay away from services.",
        "For example: a parent does not tell the nurse about a worry.",
    ),
}

DEMANDS: Mapping[str, tuple[str, str]] = {
    "ask_first": (
        "Parents should be asked before the records of their family are joined.",
        "For example: by a letter that they can answer with yes or no.",
    ),
    "publish": (
        "The government should tell us all which records are joined.",
        "For example: on a web page that anybody can read.",
    ),
}

PREFER_NOT = "Prefer not to say"
EMPTY_IF_NOT = "Leave it empty if you do not want to say."

QUESTIONS: tuple[tuple[str, str, tuple[str, ...] | tuple[int, int], str], ...] = (
    ("age", "How old are you?", (16, 99), EMPTY_IF_NOT),
    (
        "ethnicity",
        "Which of these do you feel you belong to?",
        ("White British", "White other", "Mixed", "Asian", "Black", "Another group", PREFER_NOT),
        "Choose the one that fits best.",
    ),
    (
        "household",
        "Who brings up the children in your home?",
        ("Two parents", "Lone parent", "Other arrangement", PREFER_NOT),
        "Lone parent: you do it without a partner who lives with you.",
    ),
    ("children", "How many children under 16 live in your home?", (0, 20), EMPTY_IF_NOT),
    (
        "household_size",
        "How many people live in your home, you and all children counted?",
        (1, 30),
        EMPTY_IF_NOT,
    ),
    (
        "occupation",
        "Which of these is most like your work, or the last work you had?",
        (
            "Managerial or professional",
            "Intermediate or own business",
            "Semi-routine or routine",
            "Never worked",
            PREFER_NOT,
        ),
        "For example: teacher or manager; office clerk or shop owner; cleaner, driver or carer.",
    ),
    (
        "qualification",
        "What is the highest that you reached at school or later?",
        ("Degree or above", "Below degree", "No qualifications", PREFER_NOT),
        "Below degree: for example school exams or a trade.",
    ),
    (
        "income",
        "How many pounds does your home get in a month, after tax?",
        ("Under 1200 pounds", "1200 to 3700 pounds", "Over 3700 pounds", "Don't know", PREFER_NOT),
        "Pay and benefits of everybody who lives there.",
    ),
)

_HIGH = (
    'occupation == "Managerial or professional"',
    'qualification == "Degree or above"',
    'income == "Over 3700 pounds"',
)

GROUPS: tuple[tuple[str, str, str, bool, str], ...] = (
    ("black", "Black parents", 'ethnicity == "Black"', False, ""),
    ("lone", "Lone parents", 'household == "Lone parent"', False, ""),
    ("younger", "Younger parents, under 30", "age < 30", False, ""),
    ("hh5plus", "Households of five or more", "household_size >= 5", False, ""),
    (
        "higher_oqi",
        "Higher occupation, qualification and income",
        f"({_HIGH[0]} and {_HIGH[1]}) or ({_HIGH[0]} and {_HIGH[2]}) or ({_HIGH[1]} and {_HIGH[2]})",
        True,
        "At least two of the three.",
    ),
)

MODES = ("Web", "Telephone", "Face to face", "Paper")
