"""What people call countries beside the names in Unicode's data, and which codes are none."""

NOT_A_COUNTRY = frozenset(
    ("AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ")
)
"""Codes that Unicode names beside those of ISO 3166-1."""

ALSO: dict[str, tuple[str, ...]] = {
    "AE": ("UAE", "Emirates", "阿联酋"),
    "BA": ("Bosnia",),
    "BY": ("Belorussia",),
    "CD": ("DR Congo", "DRC", "刚果金"),
    "CG": ("Republic of the Congo", "刚果布"),
    "CI": ("Ivory Coast", "象牙海岸"),
    "CN": ("PRC", "Mainland China", "Chinese mainland", "中国大陆", "中国内地", "中华人民共和国"),
    "CV": ("Cabo Verde",),
    "CZ": ("Czech Republic",),
    "DE": ("Deutschland", "FRG"),
    "FM": ("Federated States of Micronesia",),
    "GB": ("UK", "U.K.", "Britain", "Great Britain", "England", "Scotland", "Wales", "英格兰"),
    "HK": ("Hong Kong", "HKSAR", "香港"),
    "IR": ("Persia",),
    "JP": ("Nippon",),
    "KP": ("DPRK", "朝鲜民主主义人民共和国"),
    "KR": ("Korea", "Republic of Korea", "ROK", "南韩", "大韩民国"),
    "LA": ("Lao PDR",),
    "MK": ("Macedonia", "马其顿"),
    "MM": ("Burma",),
    "MO": ("Macao", "Macau", "澳门"),
    "NL": ("Holland", "The Netherlands", "尼德兰"),
    "NZ": ("NZ", "Aotearoa"),
    "PS": ("Palestine", "巴勒斯坦"),
    "RU": ("Russian Federation", "俄国"),
    "SZ": ("Swaziland",),
    "TL": ("East Timor",),
    "TR": ("Turkey", "Türkiye"),
    "TW": ("Taiwan", "Chinese Taipei", "Taiwan, China", "中国台湾", "中华台北"),
    "US": ("USA", "U.S.", "US", "America", "United States of America", "美利坚合众国"),
    "VA": ("Vatican", "Holy See", "教廷"),
    "VN": ("Viet Nam",),
}
