namespace Sandbox.Policy.Identifiers;

/// <summary>What a column's name, in Chinese or English, announces.</summary>
public static class ColumnHints
{
    private static readonly (string[] Words, IdentifierKind Kind)[] Kinds =
    [
        (["身份证", "公民身份号码", "公民身份证号", "身份号码", "证件号", "证件编号", "id_number", "idnumber", "identity_no", "identity_card", "cert_no", "certno", "zjhm", "sfz", "gmsfhm", "idcard", "id_card", "idno", "id_no", "identity_number", "identitynumber", "sfzh", "citizen_id", "resident_id", "national_id"], IdentifierKind.ResidentIdentity),
        (["统一社会信用代码", "信用代码", "机构代码", "usc_code", "social_credit", "tyxydm", "xydm", "uscc", "credit_code", "creditcode", "tyshxydm"], IdentifierKind.SocialCredit),
        (["手机", "电话", "联系方式", "联系号码", "tel", "telno", "contact_no", "contact_number", "sjhm", "sjh", "lxfs", "dhhm", "phone", "mobile", "telephone", "cellphone", "lxdh"], IdentifierKind.Phone),
        (["银行卡", "银行账号", "银行帐号", "卡号", "开户账号", "收款账号", "bank_account", "bankaccount", "card_number", "cardnumber", "credit_card", "debit_card", "iban", "yhkh", "yhzh", "bank_card", "bankcard", "card_no", "cardno", "account_no"], IdentifierKind.BankCard),
        (["车牌", "号牌", "车号", "车辆牌照", "plateno", "plate", "vehicle_no", "hphm", "cphm", "plate_no", "plate_number", "license_plate", "licence_plate"], IdentifierKind.Plate),
        (["护照", "通行证", "台胞证", "回乡证", "hzhm", "passport"], IdentifierKind.Passport),
        (["邮箱", "电子邮件", "电邮", "mail", "dzyx", "email", "e_mail"], IdentifierKind.Email),
        (["ip地址", "ip", "ipv4", "ipv6", "ip_address", "ipaddr", "client_ip", "remote_addr"], IdentifierKind.IpAddress),
        (["出生日期", "生日", "出生时间", "birth_day", "born", "date_birth", "出生年月", "birth_date", "birthdate", "birthday", "date_of_birth", "dob", "csrq"], IdentifierKind.BirthDate),
        (["经度", "纬度", "坐标", "lat", "lon", "lng_lat", "geo_point", "longitude", "latitude", "lng"], IdentifierKind.Coordinate),
        (["地址", "住址", "住所", "居住地", "现住地", "家庭住处", "addr", "jzdz", "hjdz", "txdz", "户籍地", "street_address", "home_address", "postal_address", "address"], IdentifierKind.Address),
        (["姓名", "名字", "法定代表人", "法人代表", "负责人", "经办人", "紧急联系", "xingming", "customer_name", "client_name", "patient_name", "contact_name", "owner_name", "given_name", "family_name", "fddbr", "联系人", "户主", "full_name", "fullname", "person_name", "real_name", "surname", "first_name", "last_name"], IdentifierKind.PersonName),
        (["编号", "客户号", "住院号", "门诊号", "社保号", "学籍号", "参保号", "户号", "member_id", "student_id", "employee_id", "household_id", "account_id", "病历号", "学号", "工号", "uuid", "guid", "record_id", "customer_id", "person_id", "patient_id", "user_id", "serial_no", "tailnum"], IdentifierKind.RecordKey),
        (["备注", "描述", "说明", "摘要", "留言", "病程", "主诉", "note", "memo", "description", "remark", "comment", "free_text"], IdentifierKind.FreeText),
    ];

    private static readonly string[] Sensitive =
    [
        "收入", "工资", "薪", "余额", "贷款", "负债", "诊断", "病", "婚姻", "宗教", "民族", "犯罪", "income", "salary", "wage", "balance", "diagnos", "disease", "religion", "criminal",
        "capital_gain", "capital_loss",
    ];

    private static readonly string[] Quasi =
    [
        "年龄", "性别", "籍贯", "职业", "学历", "区划", "邮编", "区县", "街道", "age", "sex", "gender", "occupation", "education", "zip", "postcode", "district", "division", "race", "native_country", "ethnic",
        "marital", "nationality",
    ];

    /// <summary>Kind and grade that the name announces; None and General when it announces nothing.</summary>
    public static (IdentifierKind Kind, ColumnGrade Grade) Of(string column)
    {
        var name = Normal(column);
        foreach (var (words, kind) in Kinds)
        {
            if (Array.Exists(words, word => Has(name, word)))
            {
                return (kind, kind is IdentifierKind.FreeText ? ColumnGrade.Sensitive : ColumnGrade.General);
            }
        }

        if (name is "name" or "名称" or "xm")
        {
            return (name == "名称" ? IdentifierKind.None : IdentifierKind.PersonName, ColumnGrade.General);
        }

        if (name == "id")
        {
            return (IdentifierKind.RecordKey, ColumnGrade.General);
        }

        if (Array.Exists(Sensitive, word => Has(name, word)))
        {
            return (IdentifierKind.None, ColumnGrade.Sensitive);
        }

        return (IdentifierKind.None, Array.Exists(Quasi, word => Has(name, word)) ? ColumnGrade.QuasiIdentifier : ColumnGrade.General);
    }

    // English words count as whole parts of the name only ("page" is no age); Chinese words anywhere.
    private static bool Has(string name, string word) =>
        char.IsAscii(word[0]) ? ("_" + name + "_").Contains("_" + word, StringComparison.Ordinal) && EndsWell(name, word) : name.Contains(word, StringComparison.Ordinal);

    private static bool EndsWell(string name, string word)
    {
        var at = ("_" + name + "_").IndexOf("_" + word, StringComparison.Ordinal) + word.Length + 1;
        var next = ("_" + name + "_")[at];
        return next is '_' or 's' or 'n' || char.IsAsciiDigit(next) || word.Length >= 6 || !char.IsAscii(next);
    }

    private static string Normal(string column)
    {
        var parts = new System.Text.StringBuilder();
        var before = '\0';
        foreach (var character in column.Trim())
        {
            // A capital after a small letter begins a word, and so does a Latin letter after a Chinese character.
            if ((char.IsAsciiLetterUpper(character) && (char.IsAsciiLetterLower(before) || char.IsAsciiDigit(before))) || (char.IsAsciiLetter(character) && before > '\u2E80'))
            {
                parts.Append('_');
            }

            parts.Append(character is ' ' or '-' or '.' or '/' ? '_' : char.ToLowerInvariant(character));
            before = character;
        }

        return parts.ToString();
    }
}
