import Foundation

/// The languages in which the customer has a few lines besides English, for typed lines: no speech is recognised in
/// them.
enum CustomerLanguage: String, CaseIterable, Sendable {
    case czech = "Czech"
    case german = "German"
    case greek = "Greek"

    /// The language that the instructions demand; nil for English and for languages without lines.
    init?(instructions: String) {
        guard let named = instructions.firstMatch(of: #/Speak (\p{Lu}\p{Ll}+)\b/#),
            let language = Self(rawValue: String(named.1))
        else { return nil }
        self = language
    }

    /// The ISO 639-1 code.
    var code: String {
        switch self {
        case .czech: "cs"
        case .german: "de"
        case .greek: "el"
        }
    }

    /// A trainee's utterance with the topics that its words name in this language.
    func remark(_ text: String) -> Remark {
        var remark = Remark(text)
        let folded = text.folding(options: [.diacriticInsensitive, .caseInsensitive], locale: nil)
        remark.topics = Set(stems.filter { pair in pair.value.contains { folded.contains($0) } }.map(\.key))
            .union(remark.topics.intersection([.story, .device]))
        remark.isQuestion = text.contains { "?;".contains($0) }
        remark.curiosity = nil
        return remark
    }

    /// Beginnings of words, without accents.
    private var stems: [Remark.Topic: [String]] {
        switch self {
        case .czech:
            [
                .greeting: ["dobry den", "ahoj", "vitejte", "jmenuji se"],
                .farewell: ["na shledanou", "nashledanou", "mejte se"],
                .age: ["naroz", "kolik vam je", "obcansk", "prukaz", "vas vek"],
                .health: ["zdrav", "rizik", "nikotin", "navykov"],
                .price: ["cena", "stoji", "korun", "penez", "drah"],
                .taste: ["chut", "mentol", "zapach", "voni", "smrd"],
                .device: ["zarizeni", "naplne", "napln", "nabij", "bateri"],
                .needs: ["kourite", "kdy ", "kde ", "proc "],
                .closing: ["zkusit", "vyzkous", "koupit", "vezm"], .handover: ["tady mate", "podrzte", "do ruky"],
            ]
        case .german:
            [
                .greeting: ["guten tag", "hallo", "willkommen", "ich heisse", "mein name"],
                .farewell: ["auf wiedersehen", "tschuss", "schonen tag"],
                .age: ["geburtsdatum", "geboren", "wie alt", "ausweis", "ihr alter"],
                .health: ["gesund", "risik", "nikotin", "abhangig"], .price: ["preis", "kostet", "euro", "teuer"],
                .taste: ["geschmack", "schmeck", "menthol", "geruch", "riech"],
                .device: ["gerat", "stick", "akku", "laden"],
                .needs: ["rauchen", "wann ", "wo ", "warum "], .closing: ["probieren", "kaufen", "nehmen sie"],
                .handover: ["bitte schon", "in die hand", "halten sie"],
            ]
        case .greek:
            [
                .greeting: ["καλημερα", "γεια", "καλησπερα", "λεγομαι"],
                .farewell: ["αντιο", "στο καλο", "καλη συνεχεια"],
                .age: ["γεννησ", "χρονων", "ταυτοτητα", "ηλικια"],
                .health: ["υγεια", "υγιειν", "κινδυν", "νικοτιν", "εθιστικ"],
                .price: ["τιμη", "κοστιζει", "κανει", "ευρω", "λεφτα"],
                .taste: ["γευση", "μεντα", "μυρωδια", "μυριζει"],
                .device: ["συσκευη", "στικ", "μπαταρια", "φορτιζ"], .needs: ["καπνιζετε", "ποτε ", "που ", "γιατι "],
                .closing: ["δοκιμασ", "αγορασ", "παρετε"], .handover: ["ορισ", "στο χερι", "κρατηστε"],
            ]
        }
    }
}
