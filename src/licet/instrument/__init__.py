"""The instrument: the questionnaire that evidence comes from, as one declared document.

Pure. ``document`` says what it may hold, ``checks`` what must fit together, ``template`` makes one,
``form`` lays it out for phones, tablets and the web, ``realigning`` brings answers home, ``wording``
lays what a use says beside what people were asked.
"""
