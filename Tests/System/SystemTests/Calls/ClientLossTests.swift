import Domain
import Foundation
import TestSupport
import Testing
import TrainingClient

/// Calls in which the headset loses the connection and returns.
enum LostCalls: String, CaseIterable, Sendable, CustomTestStringConvertible {
    case whileTheCustomerSpeaks = "while an answer is being made and heard"
    case whileTheRestPlays = "when all of an answer is made and its rest still plays"
    case whileNobodySpeaks = "while nobody speaks"
    case takenOver = "not at all: a newer connection of the same headset takes over"

    var testDescription: String { rawValue }

    static let played = PlayedInAdvance<LostCalls> { try await $0.play() }

    private func play() async throws -> PlayedCall {
        try await SharedSystem.calm.system().perform { scene in
            let headset = scene.headset
            try await headset.say("Good afternoon! What do you smoke?")
            try await headset.listen()
            if self != .whileNobodySpeaks {
                try await headset.say("Tell me the whole story, from the beginning.")
                try await headset.hear(milliseconds: 2_000)
            }
            if self == .whileTheRestPlays { try await scene.waitUntilGenerated() }
            if self != .takenOver {
                headset.cut()
                try await headset.pause(milliseconds: 2_000)
            }
            try await headset.comeBack()
            if self != .whileNobodySpeaks { try await headset.listen(quietMs: 1_500) }
            try await headset.say("And where do you buy it?")
            try await headset.listen()
        }
    }
}

extension SystemTests.CallTests {
    /// The headset loses the connection and returns, or another one takes its place.
    @Suite struct ClientLossTests {
        init() async { await AllCalls.shared.begin() }

        @Test(arguments: LostCalls.allCases)
        func `a returning headset has missed nothing, and nothing is recorded twice`(loss: LostCalls) async throws {
            let call = try await LostCalls.played.call(loss)
            expectFaithful(call)
            #expect(call.log.messages("resumed").count == 1, "\(call.story)")
            if loss == .takenOver {
                #expect(call.log.messages("error").contains { $0.connection == 1 && $0.code == "replaced" })
                #expect(call.log.closings.first { $0.connection == 1 }?.code == 4_409)
            }
        }

        @Test func `another device that takes over gets the whole history byte for byte`() async throws {
            let system = try await SharedSystem.calm.system()
            var second: HeadsetLog?
            var call = try await system.perform { scene in
                try await scene.headset.say("Good afternoon! What do you smoke?")
                try await scene.headset.listen()
                let device = Headset(url: scene.created.wsUrl)
                defer { device.hangUp() }
                try await device.connect(fromStart: true)
                try await device.say("And where do you buy it?")
                try await device.listen()
                try await device.end()
                second = device.log
            }
            let log = try #require(second)
            #expect(log.seqs == Array(1...max(1, log.seqs.count)), "the whole history, and what is new, once")
            for old in call.log.received {
                guard let seq = old.seq else { continue }
                #expect(log.received.first { $0.seq == seq }?.json == old.json, "message \(seq) is as it was")
            }
            #expect(call.log.closings.map(\.code) == [4_409])
            call.absorb(log)
            expectFaithful(call)
        }

        @Test func `a headset that does not return in time ends the session, which is still scored`() async throws {
            let call = try await LongCalls.played.call(.lostForGood)
            expectFaithful(call)
            #expect(call.record["endTrigger"]?.string == "client_lost")
            #expect(call.record["outcome"]?.string == "walked_away")
        }

        @Test func `a gateway that is killed and restarted costs the headset nothing`() async throws {
            let call = try await LongCalls.played.call(.gatewayKilled)
            expectFaithful(call)
            #expect(call.log.messages("resumed").count == 1, "\(call.story)")
        }

        @Test func `a killed relay costs at most the last second of what was being said`() async throws {
            var call = try await LongCalls.played.call(.relayKilled)
            let losses = call.evidence.lossesMs
            call.evidence.brokenOff = Set(
                call.log.items.filter { item in
                    losses.contains { $0 > item.startMs ?? .infinity && $0 < item.endMs ?? 0 }
                }.map(\.id))
            call.evidence.expectNoWordsWithoutTranscript()
            expectFaithful(call)
            #expect(call.log.messages("resumed").count == 1, "\(call.story)")
        }
    }
}

extension CallEvidence {
    /// The trainee's audio is lost with the relay. A sentence whose transcript OpenAI had not sent by then has no
    /// words.
    fileprivate mutating func expectNoWordsWithoutTranscript() {
        let transcribed = sessions.flatMap(\.items).filter { $0.transcription != nil }.compactMap(\.text)
        for index in said.indices
        where lossesMs.contains(where: { $0 > said[index].endMs }) && !transcribed.contains(said[index].text) {
            said[index].fate = .inaudible
        }
    }
}

extension HeadsetLog.Received {
    /// The code of an `error`.
    var code: ErrorCode? {
        if case .error(_, let code, _, _, _) = message { code } else { nil }
    }
}
