import Domain
import Foundation
import HTTPClient
import Testing
import WebSocket

@testable import Simulator

@Suite struct FaultTests {
    private func answer(_ simulator: SimulatorUnderTest) async throws -> Caller {
        let caller = try await simulator.connect()
        try await caller.configure()
        try await caller.say("Hello, what do you smoke?")
        try await caller.send(["type": "response.create"])
        return caller
    }

    @Test(.timeLimit(.minutes(1)))
    func `a drop breaks the connection in the middle of an answer without a close frame`() async throws {
        try await withSimulator(faults: [Fault(kind: .dropResponse)]) { simulator in
            let caller = try await answer(simulator)
            try await caller.untilEnd()
            #expect(await caller.types.contains("response.output_audio.delta"))
            #expect(await !caller.types.contains("response.done"))
            #expect(await caller.close == nil)
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `a failed response says why, and only the selected one fails`() async throws {
        try await withSimulator(faults: [Fault(kind: .failResponse, nth: 2)]) { simulator in
            let caller = try await answer(simulator)
            #expect(try await caller.until("response.done")["response"]?["status"] == "completed")
            try await caller.send(["type": "response.create"])
            let failed = try await caller.until("response.done")["response"]
            #expect(failed?["status_details"]?["error"]?["code"] == "rate_limit_exceeded")
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `a session at its time limit ends with 1001`() async throws {
        try await withSimulator(faults: [Fault(kind: .sessionLimit, seconds: 0.2)]) { simulator in
            let caller = try await simulator.connect()
            #expect(try await caller.until("error")["error"]?["code"] == "session_expired")
            try await caller.untilEnd()
            guard case .close(let code, _) = await caller.close else {
                Issue.record("no close")
                return
            }
            #expect(code == .goingAway)
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `an idle connection breaks some time after its configuration`() async throws {
        try await withSimulator(faults: [Fault(kind: .dropIdle, seconds: 0.2)]) { simulator in
            let caller = try await simulator.connect()
            try await caller.configure()
            try await caller.untilEnd()
            #expect(await caller.types == ["session.created", "session.updated"])
            #expect(await caller.close == nil)
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `the connection breaks in the answer to a turn whose transcript was not sent`() async throws {
        try await withSimulator(faults: [Fault(kind: .dropTranscript)]) { simulator in
            let caller = try await simulator.connect()
            try await caller.configure()
            try await caller.send(utterance("Hello, what do you smoke?"))
            try await caller.untilEnd()
            let types = await caller.types
            #expect(types.contains("input_audio_buffer.committed"))
            #expect(types.contains("response.output_audio.delta"))
            #expect(!types.contains { $0.contains("input_audio_transcription") })
            let items = try await simulator.onlySession().items
            #expect(items.first?.text == "Hello, what do you smoke?")
            #expect(items.first?.transcription == nil)
            #expect(items.last?.status == "in_progress")
            let bytes = await caller.all("response.output_audio.delta").compactMap {
                Data(base64Encoded: $0["delta"]?.string ?? "")?.count
            }
            #expect(items.last?.sentMs == bytes.reduce(0, +) / 48, "what was not sent is not counted")
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `a turn without an answer breaks the connection as well`() async throws {
        try await withSimulator(faults: [Fault(kind: .dropTranscript, seconds: 0.1)]) { simulator in
            let caller = try await simulator.connect()
            try await caller.configure()
            try await caller.update(.manualTurns)
            try await caller.send(utterance("Hello."))
            try await caller.send(["type": "input_audio_buffer.commit"])
            try await caller.untilEnd()
            #expect(await !caller.types.contains("response.created"))
        }
    }

    @Test(.timeLimit(.minutes(1)), arguments: [Fault.Kind.emptyTranscript, .failTranscript])
    func `the answer comes even if the transcript is empty or fails`(kind: Fault.Kind) async throws {
        try await withSimulator(faults: [Fault(kind: kind)]) { simulator in
            let caller = try await simulator.connect()
            try await caller.configure()
            try await caller.send(utterance("Hello."))
            let isEmpty = kind == .emptyTranscript
            let event = try await caller.until(
                "conversation.item.input_audio_transcription.\(isEmpty ? "completed" : "failed")")
            if isEmpty { #expect(event["transcript"] == "") }
            if await !caller.types.contains("response.done") { try await caller.until("response.done") }
            let item = try await simulator.onlySession().items.first
            #expect(item?.text == "Hello.")
            #expect(item?.transcription == (isEmpty ? .empty : .failed))
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `a slow server handles early events once it has sent session.created`() async throws {
        try await withSimulator(faults: [Fault(kind: .slowConnect, seconds: 0.3)]) { simulator in
            let begun = ContinuousClock.now
            let caller = try await simulator.connect()
            try await caller.configure()
            #expect(ContinuousClock.now - begun > .milliseconds(290))
            #expect(await caller.types == ["session.created", "session.updated"])
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `faults can be changed at run time`() async throws {
        try await withSimulator { simulator in
            let request = HTTPRequest(
                "POST", "\(simulator.base)/simulator/faults",
                body: Data(#"{"faults":[{"kind":"bad_json","times":1}]}"#.utf8))
            #expect(try await HTTPClient.shared.send(request).status == 200)
            let caller = try await answer(simulator)
            await #expect(throws: DecodingError.self) { try await caller.until("response.done") }
        }
    }

    @Test(arguments: [
        ("drop", Fault(kind: .dropResponse)), ("429", Fault(kind: .chatStatus, status: 429)),
        ("stall_response:probability=0.5,times=2", Fault(kind: .stallResponse, probability: 0.5, times: 2)),
    ])
    func `a flag is parsed as a fault`(argument: String, fault: Fault) {
        #expect(Fault(argument: argument) == fault)
        #expect(Fault(argument: argument + ":") != nil || argument.contains(":"))
        #expect(Fault(argument: "nonsense") == nil)
    }
}
