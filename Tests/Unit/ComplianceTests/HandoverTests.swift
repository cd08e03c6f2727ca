import Compliance
import Domain
import Testing

struct HandoverTests {
    private func meaning(_ object: String, _ action: String, more: [String] = []) throws -> Handover.Meaning? {
        try Fixture.catalog.get().handover.meaning(of: Fixture.handover(action, object: object), more: more)
    }

    @Test(arguments: [
        "GLO_Device", "glo device", "GLO-Device", "SM_GLO_Device", "PF_Glo_Hyper_X2", "GLO_Device (Clone)",
        "GLO_Device(Clone)", "GLO_Device_02", "SM_GLO_Device_02 (Clone)", "GLO_Device (1)", "GLO_Device (Clone) (3)",
        "Neo_Stick",
        "veo_sticks_12", "VELO", "Hyper_X2_01",
    ]) func `a product is recognized by its whole name, whatever Unity adds`(_ object: String) throws {
        #expect(try meaning(object, "HAND_OVER") == .handedOver)
    }

    @Test func `a name of absurd length is unknown and takes little time`() throws {
        let long = "GLO_Device" + String(repeating: " (1)", count: 16_000)
        let begin = ContinuousClock.now
        for _ in 0..<200 {
            #expect(try meaning(long, "HAND_OVER") == .unknown)
            #expect(try meaning("GLO_Device", long) == .unknown)
        }
        // A slow matcher takes minutes.
        #expect(ContinuousClock.now - begin < .seconds(20))
    }

    @Test(arguments: ["GLO_Leaflet", "Leaflet", "Tablet", "Charger", "SM_Chair_03"])
    func `other objects may be handed over`(_ object: String) throws {
        #expect(try meaning(object, "GIVE_TO_CUSTOMER") == .harmless)
    }

    @Test(arguments: ["PICKUP", "inspect", "Look At", "PUT_DOWN"]) func `other actions are no handover`(
        _ action: String
    ) throws {
        #expect(try meaning("GLO_Device", action) == .harmless)
    }

    @Test(arguments: ["OFFER", "PLACE_IN_HAND", "hold out"]) func `an offer is a suspicion`(_ action: String) throws {
        #expect(try meaning("GLO_Device", action) == .offered)
    }

    @Test(arguments: [
        ("GLO_Deviceholder", "HAND_OVER"), ("Hologram", "GIVE"), ("GLO_Device", "TELEPORT"), ("", ""), ("🙂", "🙂"),
    ]) func `an unknown object or action is reported as unknown`(_ object: String, _ action: String) throws {
        #expect(try meaning(object, action) == .unknown)
    }

    @Test func `an operator can add names`() throws {
        #expect(try meaning("Demo_Unit_7", "GIVE") == .unknown)
        #expect(try meaning("SM_Demo_Unit_7", "GIVE", more: ["demo unit"]) == .handedOver)
    }

    @Test func `an event that names no object or is no interaction has no meaning`() throws {
        let handover = try Fixture.catalog.get().handover
        let bare = SessionEvent(time: 1, type: .vrInteraction, data: ["action": "GIVE"])
        #expect(handover.meaning(of: bare) == nil)
        #expect(handover.meaning(of: Fixture.birth("1981-05-12")) == nil)
    }

    @Test func `unknown pairs are listed once`() throws {
        let events = [
            Fixture.handover("GIVE", object: "Hologram", at: 1), Fixture.handover("GIVE", object: "Hologram", at: 2),
            Fixture.handover("GIVE", at: 3),
        ]
        let unknown = try Fixture.catalog.get().unknownInteractions(in: events, settings: RuleSettings())
        #expect(unknown == [Interaction(object: "Hologram", action: "GIVE")])
    }
}
