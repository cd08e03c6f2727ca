extension CustomerLanguage {
    /// What the customer may say to a topic, whatever the mood.
    func answers(to topic: Remark.Topic?) -> [String] {
        switch self {
        case .czech: Self.czechLines[topic] ?? ["Hm. A dál?", "Poslouchám.", "To je pro mě nové."]
        case .german: Self.germanLines[topic] ?? ["Hm. Und weiter?", "Ich höre.", "Das ist mir neu."]
        case .greek: Self.greekLines[topic] ?? ["Χμ. Και μετά;", "Σας ακούω.", "Αυτό δεν το ήξερα."]
        }
    }

    /// Said when handed a product by somebody who has not asked for the age.
    var unasked: String {
        switch self {
        case .czech: "Neměl byste se mě nejdřív zeptat, kolik mi je?"
        case .german: "Müssen Sie nicht erst fragen, wie alt ich bin?"
        case .greek: "Δεν πρέπει πρώτα να με ρωτήσετε πόσο χρονών είμαι;"
        }
    }

    var stillThere: [String] {
        switch self {
        case .czech: ["Haló? Jste tam ještě?"]
        case .german: ["Hallo? Sind Sie noch da?"]
        case .greek: ["Εμπρός; Είστε ακόμα εκεί;"]
        }
    }

    /// To what a system item says that the customer was told.
    var doubting: String {
        switch self {
        case .czech: "Počkejte. O tom pochybuju."
        case .german: "Moment. Das bezweifle ich."
        case .greek: "Μια στιγμή. Γι' αυτό αμφιβάλλω."
        }
    }

    var missed: [String] {
        switch self {
        case .czech: ["Promiňte, nerozuměl jsem vám. Ještě jednou?"]
        case .german: ["Entschuldigung, das habe ich nicht verstanden. Noch einmal?"]
        case .greek: ["Συγγνώμη, δεν κατάλαβα. Ξανά, παρακαλώ;"]
        }
    }

    var deaf: String {
        switch self {
        case .czech: "Promiňte, neslyším vás: tato ukázka rozumí jen mluvené angličtině, pište prosím."
        case .german:
            "Entschuldigung, ich höre Sie nicht: Diese Demo versteht nur gesprochenes Englisch, bitte tippen Sie."
        case .greek: "Συγγνώμη, δεν σας ακούω: αυτή η επίδειξη καταλαβαίνει μόνο προφορικά αγγλικά, γράψτε παρακαλώ."
        }
    }

    func goodbye(isGood: Bool) -> String {
        switch self {
        case .czech: isGood ? "Dobře, zkusím to. Na shledanou." : "Ne, děkuji. Na shledanou."
        case .german: isGood ? "Gut, ich probiere es. Auf Wiedersehen." : "Nein, danke. Auf Wiedersehen."
        case .greek: isGood ? "Εντάξει, θα το δοκιμάσω. Αντίο." : "Όχι, ευχαριστώ. Αντίο."
        }
    }

    private static let czechLines: [Remark.Topic?: [String]] = [
        .greeting: ["Dobrý den. O co jde?"], .age: ["Tady je můj průkaz."],
        .needs: ["Pořád tu samou značku, ráno ke kávě a o přestávce."],
        .health: ["Takže zdravé to není. Dobře vědět."], .price: ["To je dost peněz."],
        .taste: ["Chutná to vůbec po něčem?"], .device: ["Zase něco na nabíjení.", "A jak se to používá?"],
        .handover: ["Je to lehčí, než jsem myslel. A teď?"], .closing: ["Možná. Musím si to rozmyslet."],
        .farewell: ["Na shledanou."],
    ]
    private static let germanLines: [Remark.Topic?: [String]] = [
        .greeting: ["Guten Tag. Worum geht es?"], .age: ["Hier ist mein Ausweis."],
        .needs: ["Immer dieselbe Marke, morgens zum Kaffee und in der Pause."],
        .health: ["Gesund ist es also nicht. Gut zu wissen."], .price: ["Das ist viel Geld."],
        .taste: ["Schmeckt das überhaupt nach etwas?"],
        .device: ["Noch etwas zum Aufladen.", "Und wie benutzt man das?"],
        .handover: ["Leichter, als ich dachte. Und jetzt?"], .closing: ["Vielleicht. Ich muss es mir überlegen."],
        .farewell: ["Auf Wiedersehen."],
    ]
    private static let greekLines: [Remark.Topic?: [String]] = [
        .greeting: ["Γεια σας. Περί τίνος πρόκειται;"], .age: ["Ορίστε η ταυτότητά μου."],
        .needs: ["Πάντα την ίδια μάρκα, το πρωί με τον καφέ και στο διάλειμμα."],
        .health: ["Άρα υγιεινό δεν είναι. Καλό είναι να το ξέρω."], .price: ["Είναι πολλά λεφτά."],
        .taste: ["Έχει καθόλου γεύση;"], .device: ["Ακόμα κάτι για φόρτιση.", "Και πώς χρησιμοποιείται;"],
        .handover: ["Πιο ελαφρύ απ' ό,τι νόμιζα. Και τώρα;"], .closing: ["Ίσως. Πρέπει να το σκεφτώ."],
        .farewell: ["Αντίο σας."],
    ]
}
