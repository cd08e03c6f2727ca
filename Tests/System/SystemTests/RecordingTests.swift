import Domain
import Foundation
import HTTPClient
import Speech
import TestSupport
import Testing
import TrainingClient

extension SystemTests {
    /// The sound of calls: kept only where the operator wants it and the trainee was told.
    @Suite struct RecordingTests {
        @Test func `a recording is what both heard, and only calls whose trainee was told have one`() async throws {
            var options = RunningSystem.Options()
            options.simulatorArguments = ["--tones"]
            options.environment = ["AUDIO_RECORDING": "on"]
            let system = try await RunningSystem.start(options)
            defer { system.stopSoon() }
            let server = TrainingServer(address: system.url.absoluteString)

            async let told = Self.call(isTold: true, server)
            async let other = Self.call(isTold: false, server)
            let (recorded, unrecorded) = try await (told, other)

            let missing = try await server.send("GET", "/api/sessions/\(unrecorded.id)/recording")
            #expect(missing.status == 404)
            let data = system.folder.appending(path: "data")
            let names = try FileManager.default.subpathsOfDirectory(atPath: data.path)
            #expect(names.filter { $0.contains("call.") }.allSatisfy { $0.hasPrefix(recorded.id.text) }, "\(names)")

            let answer = try await server.send("GET", "/api/sessions/\(recorded.id)/recording")
            #expect(answer.status == 200)
            let sound = try Self.Sound(Array(answer.body))
            let began = try #require(recorded.log.sessionBeganMs)
            // The headset's clock and the server's differ by the way of a message.
            let tolerance = 150 + recorded.latenessMs
            let heard = recorded.log.items.filter { $0.heardMs > 0 }
            #expect(heard.contains { $0.wasCut })
            for item in heard {
                let start = Int(try #require(item.startMs) - began)
                let loud = sound.loud(channel: 1, from: start - 200, to: start + item.heardMs + 400)
                #expect(abs(Double(loud.first ?? 0) - Double(start)) < tolerance, "\(item) \(loud.first ?? -1)")
                // The simulator's voice ends with a pause, so only an interrupted item is heard up to its end.
                let end = Double(start + item.heardMs)
                #expect(Double(loud.last ?? 0) < end + tolerance, "\(item)")
                #expect(!item.wasCut || Double(loud.last ?? 0) > end - tolerance, "\(item)")
            }
            for line in recorded.log.lines {
                let (start, end) = (Int(line.startMs - began), Int(line.endMs - began))
                let loud = sound.loud(channel: 0, from: start - 400, to: end + 400)
                #expect(
                    abs(Double(loud.first ?? 0) - Double(start)) < tolerance,
                    "\(line) \(loud.first ?? -1) to \(loud.last ?? -1)")
                #expect(
                    abs(Double(loud.last ?? 0) - Double(end)) < tolerance,
                    "\(line) \(loud.first ?? -1) to \(loud.last ?? -1)")
            }
        }

        @Test func `by default no sound is kept anywhere`() async throws {
            let system = try await RunningSystem.start()
            defer { system.stopSoon() }
            let server = TrainingServer(address: system.url.absoluteString)
            let call = try await Self.call(isTold: true, server)
            #expect(try await server.send("GET", "/api/sessions/\(call.id)/recording").status == 404)
            // A millisecond of what the trainee said, as bytes and as base64 at each of its three offsets.
            let marker = Data(call.sound.dropFirst(2_400).prefix(96))
            let needles =
                [marker] + (0..<3).map { Data(marker.dropFirst($0).prefix(60).base64EncodedData().dropLast(4)) }
            var searched = 0
            for name in try FileManager.default.subpathsOfDirectory(atPath: system.folder.path) {
                guard let data = try? Data(contentsOf: system.folder.appending(path: name)) else { continue }
                searched += 1
                for needle in needles { #expect(data.range(of: needle) == nil, "\(name)") }
            }
            #expect(searched > 5)
        }

        private struct Held {
            var id: SessionID
            var log: HeadsetLog
            var latenessMs: Double
            /// The beginning of what the trainee said, as bytes.
            var sound: [UInt8]
        }

        private static func call(isTold: Bool, _ server: TrainingServer) async throws -> Held {
            let body: JSONValue = [
                "scenarioId": "fmc_resistant", "traineeId": "REP_SOUND", "recordingNoticeShown": .bool(isTold),
            ]
            let answer = try await server.send("POST", "/api/sessions", body: try JSONEncoder().encode(body))
            let created = try JSONDecoder().decode(
                TrainingServer.Created.self, from: answer.expecting(201...201).body)
            let headset = Headset(url: created.wsUrl)
            defer { headset.hangUp() }
            try await headset.connect()
            let line = "Good afternoon! What do you smoke?"
            try await headset.say(line)
            try await headset.listen()
            try await headset.say("And what do you like about it?")
            try await headset.hear(milliseconds: 600)
            try await headset.say("Sorry, one question in between.")
            try await headset.listen()
            try await headset.end()
            let sound = SpokenTag.samples(for: line).flatMap { withUnsafeBytes(of: $0.littleEndian) { Array($0) } }
            return Held(id: created.sessionId, log: headset.log, latenessMs: headset.latenessMs, sound: sound)
        }

        /// The samples of a WAV file with two channels at 24,000 samples a second.
        private struct Sound {
            let samples: ArraySlice<UInt8>

            init(_ bytes: [UInt8]) throws {
                let data = Data(bytes)
                let place = try #require(data.range(of: Data("data".utf8)))
                samples = bytes[(place.upperBound + 4)...]
            }

            /// The milliseconds of a span in which a channel is not silent.
            func loud(channel: Int, from start: Int, to end: Int) -> [Int] {
                (max(0, start)..<max(0, start, end)).filter { millisecond in
                    (0..<24).contains { offset in
                        let place = samples.startIndex + (millisecond * 24 + offset) * 4 + channel * 2
                        guard place + 1 < samples.endIndex else { return false }
                        let sample = Int16(bitPattern: UInt16(samples[place]) | UInt16(samples[place + 1]) << 8)
                        return abs(Int(sample)) > 200
                    }
                }
            }
        }
    }
}
