"""Names by community: plausible lists, the most frequent first. No person is meant by any of them.

Family names of the largest community are partly put together from ``STEMS`` and ``ENDINGS``, so that
a large town has enough of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Community:
    """How people of one community are called.

    share: of families, 0-1. ethnicity: as the survey words it. language: of letters. family_first:
    the family name is said first. takes_name: chance that a wife takes her husband's name. double:
    how children's double names are joined, "" for never. fathers_name: a child's family name is the
    father's given name. large: chance of further children.
    """

    id: str
    share: float
    ethnicity: str
    language: str
    female: tuple[str, ...]
    male: tuple[str, ...]
    family: tuple[str, ...]
    family_first: bool = False
    takes_name: float = 0.75
    double: str = "-"
    fathers_name: bool = False
    large: float = 0.0
    middle: float = 0.5


def _words(text: str) -> tuple[str, ...]:
    """Words of a list; _ stands for a space within a name."""
    return tuple(word.replace("_", " ") for word in text.split())


STEMS = _words(
    "Ald Ash Bar Beck Birk Blen Brad Bram Broom Cald Carl Clay Col Cran Dal Den Dray Dun East Elm "
    "Fair Far Fen Fern Gal Gar Gren Had Hal Har Haw Hazel Hol Hors Ing Kel Kem Kir Lang Lan Lim "
    "Lyn Mar Mel Mid Mor Nor Oak Orm Pem Pres Rad Raw Red Ros Row Rush Sand Sel Shel Sil Stan Sut "
    "Thorn Tor Wal War Wex Whit Wick Win Wy"
)
ENDINGS = _words(
    "bourne bridge burn bury by cote croft dale den field ford gate ham hurst ley low mere more "
    "over shaw stead stock thorpe ton wall well wick wood worth"
)
_INVENTED = tuple(stem + ending for ending in ENDINGS for stem in STEMS)

_BRITISH = Community(
    "british", 0.715, "White British", "en",
    _words(
        "Olivia Amelia Emily Jessica Sophie Charlotte Lucy Grace Emma Chloe Sarah Rebecca Hannah "
        "Lauren Laura Amy Rachel Katie Megan Holly Ellie Isabella Freya Poppy Daisy Evie Alice "
        "Florence Rosie Lily Ivy Ruby Eleanor Elizabeth Victoria Catherine Margaret Susan Julie "
        "Karen Tracey Helen Jane Ann Mary Patricia Linda Christine Deborah Jacqueline Amanda Nicola "
        "Michelle Joanne Claire Louise Samantha Kelly Lisa Donna Zoe Kirsty Gemma Stacey Natalie "
        "Danielle Hayley Abigail Georgia Molly Imogen Harriet Matilda Phoebe Martha Edith Beatrice "
        "Anne-Marie Rose-Marie Ellie-Mae Lily-Rose Mary_Jane Heather Joyce Doreen Maureen Pauline "
        "Sheila Brenda Jean Dorothy Beverley"
    ),
    _words(
        "Oliver George Harry Jack Thomas James William Daniel Matthew Joshua Samuel Joseph Benjamin "
        "Adam Ryan Luke Lewis Jake Callum Connor Nathan Alexander Edward Charlie Alfie Archie "
        "Freddie Theo Leo Henry Arthur Oscar Isaac Max Lucas Logan Mason Ethan Jacob Noah David "
        "John Michael Robert Richard Peter Paul Mark Andrew Stephen Christopher Anthony Kevin Gary "
        "Ian Alan Brian Keith Colin Graham Derek Barry Trevor Dennis Raymond Kenneth Ronald Stuart "
        "Simon Nicholas Philip Martin Neil Darren Lee Craig Jason Dean Wayne Shaun Carl Gavin Scott "
        "Aaron Kyle Liam Rhys Toby Elliot Rory Hugh Jean-Paul John_Paul Albert Frank Walter Harold"
    ),
    _words(
        "Smith Jones Taylor Brown Williams Wilson Johnson Davies Robinson Wright Thompson Evans "
        "Walker White Roberts Green Hall Wood Jackson Clarke Hughes Edwards Hill Moore Harris Lewis "
        "Martin Cooper Clark King Turner Morris Ward Baker Watson Harrison Morgan Allen Young Scott "
        "Parker Carter Cook Bailey Bennett Shaw Marshall Collins Richardson Bell Cox Miller Palmer "
        "Chapman Foster Russell Webb Rogers Hunt Mills Gray Stevens Butler Fisher Barnes Knight "
        "Powell Holmes Lloyd Pearson Dixon Harvey Ellis Mason Gibson Grant Reynolds Ford Fox Payne "
        "Pearce Burton Lawson Booth Barker Null"
    )
    + _INVENTED,
    middle=0.65,
)  # fmt: skip

_IRISH = Community(
    "irish", 0.02, "White other", "en",
    _words(
        "Aoife Siobhán Niamh Ciara Róisín Sinéad Orla Gráinne Caoimhe Máire Bríd Nuala Eimear Clodagh "
        "Áine Fionnuala Deirdre Saoirse Kathleen Bridget"
    ),
    _words(
        "Patrick Seán Conor Cian Oisín Eoin Darragh Fionn Pádraig Liam Declan Brendan Kieran Diarmuid "
        "Cathal Niall Tadhg Rónán Donal Finbar"
    ),
    _words(
        "O'Brien Murphy O'Connor Kelly Byrne Ryan O'Sullivan Walsh Doyle McCarthy Gallagher O'Neill "
        "Kennedy Lynch Murray Quinn O'Reilly McLoughlin Brennan Fitzgerald Ó_Briain Ní_Bhriain Nolan "
        "O'Dwyer Healy Mac_Mahon Keane D'Arcy Sweeney Cronin"
    ),
    middle=0.6,
)  # fmt: skip

_POLISH = Community(
    "polish", 0.05, "White other", "pl",
    _words(
        "Anna Katarzyna Małgorzata Agnieszka Zofia Julia Zuzanna Maja Oliwia Aleksandra Magdalena "
        "Monika Ewa Joanna Barbara Krystyna Łucja Elżbieta Beata Justyna Natalia Karolina Wiktoria "
        "Żaneta Grażyna Iwona Bożena Hanna Lena Amelia"
    ),
    _words(
        "Piotr Krzysztof Andrzej Tomasz Paweł Michał Marcin Jakub Łukasz Kacper Szymon Mateusz Filip "
        "Grzegorz Wojciech Adam Zbigniew Jerzy Stanisław Mariusz Dariusz Rafał Kamil Dawid Bartosz "
        "Sławomir Przemysław Antoni Franciszek Oskar"
    ),
    _words(
        "Nowak Kowalski Wiśniewski Wójcik Kowalczyk Kamiński Lewandowski Zieliński Szymański Woźniak "
        "Dąbrowski Kozłowski Jankowski Mazur Wojciechowski Kwiatkowski Krawczyk Kaczmarek Piotrowski "
        "Grabowski Zając Pawłowski Michalski Król Wieczorek Jabłoński Wróbel Nowakowski Majewski "
        "Olszewski Stępień Malinowski Jaworski Adamczyk Dudek Nowicki Pawlak Górski Witkowski Sikora"
    ),
    middle=0.35,
)  # fmt: skip

_PAKISTANI = Community(
    "pakistani", 0.05, "Asian", "ur",
    _words(
        "Fatima Ayesha Zainab Maryam Khadija Amina Sana Saima Nadia Shazia Rabia Hira Iqra Bushra "
        "Noor Aisha Sadia Uzma Rukhsana Nasreen Samina Farzana Shabana Mehwish Kiran Zara Alina "
        "Hafsa Safia Tahira"
    ),
    _words(
        "Mohammed Muhammad Ali Ahmed Hassan Usman Bilal Imran Hamza Omar Umar Ibrahim Yusuf Adeel "
        "Kashif Tariq Shahid Asif Khalid Zahid Faisal Nadeem Waqas Junaid Haroon Abdul_Rahman "
        "Abdullah Zain Saad Rizwan"
    ),
    _words(
        "Khan Hussain Ahmed Ali Mahmood Malik Iqbal Akhtar Shah Butt Bibi Begum Mirza Chaudhry Raja "
        "Qureshi Sheikh Rehman Aslam Javed Ashraf Siddiqui Hashmi Rashid Anwar Bhatti Dar Mughal "
        "Parveen Kausar"
    ),
    takes_name=0.35, double="", large=0.35, middle=0.25,
)  # fmt: skip

_INDIAN = Community(
    "indian", 0.03, "Asian", "en",
    _words(
        "Priya Anjali Kavita Sunita Pooja Neha Simran Harpreet Jasmine Manpreet Deepa Meena Rekha "
        "Asha Lakshmi Divya Ananya Diya Aarti Nisha Kiran Gurpreet Amrit Shreya Radhika"
    ),
    _words(
        "Raj Amit Sanjay Vijay Anil Sunil Rahul Arjun Rohan Harpreet Gurpreet Manjit Jaspal Karan "
        "Vikram Ashok Ramesh Suresh Krishna Dev Aarav Ishaan Kiran Balwinder Sukhdev"
    ),
    _words(
        "Patel Singh Kaur Sharma Shah Gill Kumar Mistry Desai Mehta Dhillon Sandhu Sidhu Chauhan "
        "Joshi Rana Parmar Solanki Nair Reddy Iyer Bains Grewal Thakur Verma"
    ),
    takes_name=0.6, double="", middle=0.4,
)  # fmt: skip

_BANGLADESHI = Community(
    "bangladeshi", 0.02, "Asian", "bn",
    _words(
        "Fatema Nasima Rahima Shirin Taslima Ayesha Sultana Rumana Farhana Nargis Sabina Jannat "
        "Tahmina Mahbuba Rina Salma Halima Nazma Monira Shahana"
    ),
    _words(
        "Md_Rahim Abdul_Karim Shah Kamal Jamal Faruk Rafiq Shafiq Anwar Mizanur Habibur Tanvir "
        "Rakib Sajid Nurul Aminul Saiful Rashed Arif Nasir"
    ),
    _words(
        "Miah Begum Uddin Rahman Islam Hossain Khatun Choudhury Ali Akter Haque Ullah Chowdhury "
        "Alam Sarkar Talukdar Khanom Bibi Kabir Mondal"
    ),
    takes_name=0.15, double="", large=0.4, middle=0.15,
)  # fmt: skip

_CHINESE = Community(
    "chinese", 0.015, "Asian", "zh",
    _words(
        "Li Mei Xiaoling Yan Jing Fang Hui Lan Wai_Ling Siu-Mei Ying Xiu_Ying Yuk_Ling Hoi-Yan Na "
        "Min Lihua Meiling Xin Ka-Man"
    ),
    _words(
        "Wei Jun Ming Hao Chi-Ming Kwok-Wai Jian Lei Feng Xiaoming Wing-Kit Ho-Yin Tao Peng Bo Kai "
        "Yi Siu-Ming Chun-Kit Zhiwei"
    ),
    _words(
        "Wang Li Zhang Liu Chen Yang Huang Zhao Wu Zhou Chan Wong Cheung Lau Lam Ng Leung Ho Tang "
        "Yip Ouyang Tse Kwok Lo Fung"
    ),
    family_first=True, takes_name=0.1, double="", middle=0.1,
)  # fmt: skip

_VIETNAMESE = Community(
    "vietnamese", 0.005, "Asian", "vi",
    _words("Linh Hương Thảo Lan Mai Ngọc Trang Hà Phương Hoa Thu_Hà Kim Yến Tuyết Bích"),
    _words("Minh Hùng Dũng Tuấn Nam Long Quang Đức Hải Sơn Thành Anh Phúc Bảo Khoa"),
    _words("Nguyễn Trần Lê Phạm Hoàng Phan Vũ Đặng Bùi Đỗ Hồ Ngô Dương Lý Võ"),
    family_first=True, takes_name=0.05, double="", middle=0.6,
)  # fmt: skip

_AFRICAN = Community(
    "african", 0.03, "Black", "en",
    _words(
        "Blessing Grace Ngozi Chioma Adaeze Folake Funmilayo Titilayo Abena Akosua Ama Efua Yetunde "
        "Amaka Ifeoma Mercy Patience Comfort Aminata Fatou Mariama Oluwaseun Temitope Zainab Esther"
    ),
    _words(
        "Emmanuel Chukwudi Oluwaseun Babatunde Kwame Kofi Yaw Kwabena Chinedu Emeka Ikenna Tunde "
        "Ayodele Samuel Daniel Ebenezer Mamadou Ousmane Ibrahima Femi Obinna Temitope Kojo Nnamdi "
        "Gideon"
    ),
    _words(
        "Okafor Adeyemi Mensah Okeke Owusu Boateng Asante Adebayo Okonkwo Nwosu Eze Afolabi Balogun "
        "Diallo Bah Kamara Osei Appiah Ogunleye Olawale Ìdòwú Ọlátúnjí Agyeman Nkrumah Sesay Conteh "
        "Chukwu Adeleke Danso Obi"
    ),
    takes_name=0.7, large=0.25, middle=0.55,
)  # fmt: skip

_CARIBBEAN = Community(
    "caribbean", 0.02, "Black", "en",
    _words(
        "Shanice Keisha Latoya Natasha Simone Denise Yvonne Marcia Sharon Claudette Beverley Jasmine "
        "Kayla Aaliyah Tiana Monique Chantelle Shanelle Tanisha Imani D'Shay Renée Andréa Michelle "
        "Naomi"
    ),
    _words(
        "Marcus Jermaine Leroy Tyrone Delroy Winston Errol Trevor Andre Dwayne Jerome Curtis Malachi "
        "Tyrell Isaiah Elijah Kieron Nathaniel Leon Desmond Clive De'Shawn André Romario Jahmal"
    ),
    _words(
        "Campbell Brown Williams Francis Gordon Clarke Morgan Grant Reid Bailey Charles Joseph Daley "
        "Powell St_Louis St_John Henry Lewis Thomas Blake Thompson Samuels Facey Bogle Wint"
    ),
    takes_name=0.55, middle=0.6,
)  # fmt: skip

_SOMALI_MEN = _words(
    "Mohamed Ahmed Ali Abdi Hassan Hussein Omar Yusuf Ibrahim Abdullahi Ismail Osman Farah Mahamud "
    "Nur Jama Warsame Abdirahman Abdulkadir Isse Guled Liban Bashir Said Aden"
)
_SOMALI = Community(
    "somali", 0.012, "Black", "so",
    _words(
        "Fadumo Amina Halimo Hodan Ifrah Khadra Sahra Asha Hawa Maryan Nimco Sagal Ubah Ayaan Deqa "
        "Faiza Hibaq Ladan Naima Zamzam"
    ),
    _SOMALI_MEN, _SOMALI_MEN,
    takes_name=0.0, double="", fathers_name=True, large=0.45, middle=0.5,
)  # fmt: skip

_ARABIC = Community(
    "arabic", 0.015, "Mixed or other", "ar",
    _words(
        "Fatima Mariam Layla Huda Noor Salma Rania Yasmin Hanan Samira Zahra Dalal Amal Nadia Reem "
        "Lina Iman Sara Shaima Wafa"
    ),
    _words(
        "Mohammed Ahmad Omar Khaled Ali Hassan Abdul_Rahman Abd_al-Karim Yousef Mahmoud Mustafa "
        "Karim Tariq Nabil Samir Bilal Hamza Ziad Faris Abu_Bakr"
    ),
    _words(
        "al-Hassan El-Sayed Al_Ahmad Haddad Nasser Saleh Mansour Khalil Hamdan Ibrahim Al-Masri "
        "Darwish Aziz Saeed bin_Saleh Najjar Hussein Yassin Bakri Othman"
    ),
    takes_name=0.1, double="", large=0.3, middle=0.3,
)  # fmt: skip

_PORTUGUESE = Community(
    "portuguese", 0.018, "White other", "pt",
    _words(
        "Maria Ana Beatriz Inês Mariana Joana Catarina Sofia Carolina Leonor Conceição Fátima Lúcia "
        "Sónia Patrícia Cláudia Luísa Júlia Letícia Camila"
    ),
    _words(
        "João José António Manuel Pedro Francisco Luís Tiago Miguel Rui Nuno Paulo Gonçalo André "
        "Carlos Vítor Simão Tomás Thiago Caio"
    ),
    _words(
        "Silva Santos Ferreira Pereira Oliveira Costa Rodrigues Martins Jesus Sousa Fernandes "
        "Gonçalves Gomes Lopes Marques Alves Almeida Ribeiro Pinto Carvalho da_Silva dos_Santos "
        "de_Oliveira Magalhães Araújo"
    ),
    takes_name=0.3, double=" ", middle=0.4,
)  # fmt: skip

COMMUNITIES: tuple[Community, ...] = (
    _BRITISH, _IRISH, _POLISH, _PAKISTANI, _INDIAN, _BANGLADESHI, _CHINESE, _VIETNAMESE, _AFRICAN,
    _CARIBBEAN, _SOMALI, _ARABIC, _PORTUGUESE,
)  # fmt: skip
"""Every community; the shares add up to 1."""

FEMININE: Mapping[str, str] = {"ski": "ska", "cki": "cka", "dzki": "dzka"}
"""Endings of Polish family names: of a man, of a woman."""

SHORT_NAMES: Mapping[str, str] = {
    "William": "Bill", "Robert": "Bob", "Richard": "Dick", "James": "Jim", "John": "Jack",
    "Thomas": "Tom", "Michael": "Mick", "Christopher": "Chris", "Anthony": "Tony", "Andrew": "Andy",
    "Stephen": "Steve", "Daniel": "Dan", "Matthew": "Matt", "Joshua": "Josh", "Samuel": "Sam",
    "Joseph": "Joe", "Benjamin": "Ben", "Alexander": "Alex", "Edward": "Ted", "Henry": "Harry",
    "David": "Dave", "Nicholas": "Nick", "Philip": "Phil", "Kenneth": "Ken", "Ronald": "Ron",
    "Elizabeth": "Liz", "Catherine": "Kate", "Margaret": "Peggy", "Susan": "Sue", "Patricia": "Pat",
    "Christine": "Chris", "Deborah": "Debbie", "Jacqueline": "Jackie", "Amanda": "Mandy",
    "Victoria": "Vicky", "Rebecca": "Becky", "Samantha": "Sam", "Jessica": "Jess", "Abigail": "Abby",
    "Charlotte": "Lottie", "Olivia": "Liv", "Amelia": "Millie", "Isabella": "Bella", "Emily": "Em",
    "Eleanor": "Ellie", "Katarzyna": "Kasia", "Małgorzata": "Gosia", "Agnieszka": "Aga",
    "Aleksandra": "Ola", "Magdalena": "Magda", "Joanna": "Asia", "Krzysztof": "Krzysiek",
    "Tomasz": "Tomek", "Grzegorz": "Grzesiek", "Jakub": "Kuba", "Stanisław": "Staszek",
    "Mohammed": "Mo", "Muhammad": "Mohammad", "Mohamed": "Mo", "Yusuf": "Yousuf", "Omar": "Umer",
    "Ayesha": "Aisha", "Fatima": "Fatema", "Abdul Rahman": "Abdul", "Abdirahman": "Abdi",
    "Emmanuel": "Manny", "Oluwaseun": "Seun", "Temitope": "Temi", "Babatunde": "Tunde",
    "Funmilayo": "Funmi", "Chukwudi": "Chudi", "Nathaniel": "Nate", "Jermaine": "Jay",
    "Francisco": "Chico", "António": "Tó", "José": "Zé", "Siobhán": "Shiv", "Patrick": "Paddy",
    "Pádraig": "Paddy", "Kathleen": "Kath",
}  # fmt: skip
"""What a name may be shortened to, or how it is also spelt."""
