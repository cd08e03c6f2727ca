import Domain
import Testing

@testable import Compliance

struct SceneTableTests {
    private func table() throws -> SceneTable {
        let handover = try Fixture.catalog.get().handover
        return try #require(try SceneTable(directory: Fixture.directory, handover: handover))
    }

    private func sight(_ object: String, _ action: String, _ language: String = "en", more: [String] = []) throws
        -> String?
    {
        try table().sight(of: Fixture.handover(action, object: object), language: language, more: more)?.text
    }

    @Test(arguments: [
        ("GLO_Device", "HANDOVER", "en", "The other person puts a glo device into your hand."),
        ("SM_GLO_Device_02 (Clone)", "hand over", "de", "Dein Gegenüber gibt dir ein glo-Gerät in die Hand."),
        ("Neo_Stick", "OFFER", "cs", "Ten druhý ti podává náplně neo."),
        ("Velo_Can", "GIVE", "el", "Ο άλλος σού δίνει στο χέρι ένα κουτάκι Velo."),
        ("Leaflet", "HANDOVER", "en", "The other person puts a leaflet into your hand."),
        ("Tablet", "SHOW", "en", "The other person shows you something on the tablet."),
        ("GLO_Device", "HANDOVER", "fr", "The other person puts a glo device into your hand."),
    ])
    func `a known pair has a sentence in the customer's language, or in English`(
        _ object: String, _ action: String, _ language: String, _ expected: String
    ) throws {
        #expect(try sight(object, action, language) == expected)
    }

    @Test(arguments: [
        ("Hologram", "GIVE"), ("GLO_Device", "TELEPORT"), ("Tablet", "PICKUP"), ("Door", "OPEN"), ("", ""),
        ("ID_Card", "SELL"),
    ])
    func `an unknown pair has none`(_ object: String, _ action: String) throws {
        #expect(try sight(object, action) == nil)
    }

    @Test func `an operator's product has a sentence without its name`() throws {
        #expect(try sight("Demo_Unit_7", "GIVE") == nil)
        #expect(
            try sight("Demo_Unit_7", "GIVE", more: ["demo unit"])
                == "The other person puts something from the counter into your hand.")
    }

    @Test func `tablet and date of birth have sentences, whatever their data`() throws {
        let choice = SessionEvent(time: 1, type: .tabletChoice, data: "[state] attitude=10")
        #expect(
            try table().sight(of: choice, language: "en")?.text == "The other person taps something on the tablet.")
        #expect(try table().sight(of: Fixture.birth("1981-05-12"), language: "cs")?.text.contains("narození") == true)
        #expect(try table().sight(of: SessionEvent(time: 1, type: .error, data: [:]), language: "en") == nil)
    }

    @Test func `every action that puts a product into the customer's hand has a sentence that asks for a word`() throws
    {
        let table = try table()
        let file = try HandoverFile.load(from: Rulebook(directory: Fixture.directory))
        for action in file.handover + file.offers {
            for object in file.products.joined() {
                let sight = table.sight(of: Fixture.handover(action, object: object), language: "en")
                #expect(sight?.isSilent == false, "\(object) \(action)")
            }
        }
    }

    @Test func `a folder without the file tells nothing`() throws {
        let handover = try Fixture.catalog.get().handover
        #expect(try SceneTable(directory: "/nonexistent", handover: handover) == nil)
    }

    @Test(arguments: [
        ("{en: They tap.}", "interactions: [{actions: [GIVE], says: {en: Puts {object}.}}]", ""),
        ("{cs: Klepe.}", "interactions: []", "events.TABLET_CHOICE.en"),
        ("{en: '[state] x'}", "interactions: []", "events.TABLET_CHOICE.en"),
        ("{en: 'See {object}'}", "interactions: []", "events.TABLET_CHOICE.en"),
        ("{en: They tap.}", "interactions: [{actions: [], says: {en: Taps.}}]", "interactions[0].actions"),
        ("{en: T.}", "interactions: [{objects: [x], actions: [A], says: {en: T.}}]", "interactions[0].objects"),
    ])
    func `an unusable file is refused with its field`(_ event: String, _ rest: String, _ field: String) throws {
        let handover = try Fixture.catalog.get().handover
        let yaml = "product: {en: a thing}\nobjects: []\nevents: {TABLET_CHOICE: \(event)}\n\(rest)\n"
        let error = #expect(throws: ContentError.self) { try SceneTable(yaml: yaml, handover: handover) }
        #expect(error?.file == "scenes.yaml")
        if !field.isEmpty { #expect(error?.field == field) }
    }

    @Test func `a name that the rules do not know is refused`() throws {
        let handover = try Fixture.catalog.get().handover
        let yaml = "product: {en: x}\nobjects: [{id: a, names: [Hologram]}]\nevents: {}\ninteractions: []\n"
        let error = #expect(throws: ContentError.self) { try SceneTable(yaml: yaml, handover: handover) }
        #expect(error?.field == "objects[0].names")
    }
}
