import Domain
import Foundation
import TestSupport
import Testing
import TrainingClient

extension SystemTests {
    /// The order in which containers are stopped: those that depend on others first.
    @Suite struct StopAndStartTests {
        @Test func `a gateway and a relay that stop one after the other and start again cost a call only a pause`()
            async throws
        {
            var options = RunningSystem.Options()
            options.environment = ["DRAIN_SECONDS": "60"]
            options.simulatorArguments = ["--tones", "--pace", "2", "--turns", "100"]
            let system = try await RunningSystem.start(options)
            defer { system.stopSoon() }
            let call = try await system.perform { scene in
                try await scene.headset.say("Good afternoon! What do you smoke?")
                try await scene.headset.listen()
                await system.process(.gateway)?.stop()
                let began = ContinuousClock.now
                await system.process(.relay)?.stop(within: .seconds(90))
                #expect(ContinuousClock.now - began < .seconds(10), "the relay waited")
                try system.launch(.relay, instance: "1")
                try system.launch(.gateway, instance: "1")
                try await system.ready()
                try await scene.headset.comeBack()
                try await scene.headset.say("And where do you buy it?")
                try await scene.headset.listen()
            }
            expectFaithful(call)
            #expect(call.log.messages("resumed").count == 1, "\(call.story)")
            #expect(call.record["endTrigger"]?.string == "end_session", "\(call.story)")
        }
    }
}
