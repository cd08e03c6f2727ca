import Domain
import Foundation
import Storage
import Synchronization
import TestSupport
import Testing
import Wire

@testable import GatewayService

@Suite(.timeLimit(.minutes(1))) struct `a client's socket` {
    @Test func `a socket opens once the relay accepts it, and carries messages unchanged both ways`() async throws {
        try await withLiveGateway { live in
            let (id, token) = try await live.newSession()
            let socket = try await TestSocket.open(live, "/ws/sessions/\(id)?token=\(token)")
            let odd = #"{"type":"event", "data":{"type":"DOB_CHECK","data":{"x":"ř}],\"s\":9"}}}"#
            socket.send(#"{"type":"audio","data":"AAAA"}"#)
            socket.send(odd)
            try await eventually("both at the relay") { live.relay.messages.count == 2 }
            #expect(live.relay.messages == [#"{"type":"audio","data":"AAAA"}"#, odd])
            guard case .told(.attach(let attach)) = live.relay.heard.first else {
                Issue.record("no attach first")
                return
            }
            #expect(attach.sessionId.text == id)
            try live.relay.say(#"{"type":"ready","seq":0}"#, to: attach.s)
            try live.relay.say(#"{"type":"audio","data":"AAEC"}"#, to: attach.s)
            try await eventually("both at the client") { socket.texts.count == 2 }
            #expect(socket.texts == [#"{"type":"ready","seq":0}"#, #"{"type":"audio","data":"AAEC"}"#])
            socket.close()
            try await eventually("the detach") { live.relay.heard.contains(.told(.detach(s: attach.s, code: 1000))) }
        }
    }

    @Test func `a socket accepts its token in three ways and selects only our protocol`() async throws {
        try await withLiveGateway { live in
            let (id, token) = try await live.newSession()
            let path = "/ws/sessions/\(id)"
            #expect(await TestSocket.refusal(live, "\(path)?token=\(token)") == nil)
            #expect(await TestSocket.refusal(live, path, headers: [("Authorization", "Bearer \(token)")]) == nil)
            #expect(await TestSocket.refusal(live, path, subprotocols: ["bat.v1", "bearer.\(token)"]) == nil)
            #expect(await TestSocket.refusal(live, "\(path)?token=\(token)", subprotocols: ["bat.v2"]) == 426)
        }
    }

    @Test func `an invalid request is refused with the right status and close code`() async throws {
        try await withLiveGateway { live in
            let (id, token) = try await live.newSession()
            let (ended, endedToken) = try await live.newSession()
            try await live.gateway.endAndScore(try #require(SessionID(ended)))
            let evil = [(name: "Origin", value: "https://evil.example")]
            let cases: [(String, [(name: String, value: String)], Int, UInt16)] = [
                ("/ws/sessions/\(id)?", [], 401, 4401), ("/ws/sessions/\(id)?token=wrong&", [], 404, 4404),
                ("/ws/sessions/\(id)?token=\(endedToken)&", [], 404, 4404),
                ("/ws/sessions/BAT-999?token=\(token)&", [], 404, 4404),
                ("/ws/sessions/..%2f..%2fetc?token=\(token)&", [], 404, 4404),
                ("/ws/sessions/\(id)?token=\(token)&", evil, 403, 4403),
                ("/ws/sessions/\(ended)?token=\(endedToken)&", [], 409, 4410),
            ]
            for (target, headers, status, code) in cases {
                #expect(await TestSocket.refusal(live, target, headers: headers) == status, "\(target)")
                let told = try await TestSocket.open(live, "\(target)reject=close", headers: headers)
                try await eventually("close \(code) for \(target)") { told.closeCode != nil }
                #expect(told.closeCode == code, "\(target)")
                #expect(told.texts.count == 1)
                #expect(told.texts.first?.contains(#""fatal":true"#) == true)
            }
            let own = [(name: "Origin", value: "http://127.0.0.1:\(live.port)")]
            #expect(await TestSocket.refusal(live, "/ws/sessions/\(id)?token=\(token)", headers: own) == nil)
        }
    }

    @Test func `a living session can be rejoined without the database`() async throws {
        let living = Mutex<(id: String, hash: String)?>(nil)
        let lives: ScriptedRelay.Lives = { attach, hash in
            living.withLock { $0.map { $0.id == attach.sessionId.text && $0.hash == hash } ?? false }
        }
        try await withLiveGateway(lives: lives) { live in
            let (id, token) = try await live.newSession()
            living.withLock { $0 = (id, SessionToken(text: token).hash) }
            await live.gateway.store.setOutage(true)
            let socket = try await TestSocket.open(live, "/ws/sessions/\(id)?token=\(token)")
            socket.send(#"{"type":"resume","lastSeq":0}"#)
            try await eventually("the message at the relay") { live.relay.messages.count == 1 }
            try live.relay.say(#"{"type":"ready"}"#, to: live.relay.client)
            try await eventually("ready at the client") { socket.texts.count == 1 }
            #expect(await TestSocket.refusal(live, "/ws/sessions/\(id)?token=wrong") == 503, "only the database knows")
            await live.gateway.store.setOutage(false)
            #expect(await TestSocket.refusal(live, "/ws/sessions/\(id)?token=wrong") == 404)
            let attached = live.relay.heard.contains { if case .told(.attach) = $0 { true } else { false } }
            #expect(!attached, "the store's word was not needed")
        }
    }

    @Test func `a refusal of the relay is passed on to the client`() async throws {
        let refusal = RelayMessage.Refusal(
            code: "too_many_sessions", message: "500 are running", httpStatus: 503, closeCode: 1001, retryAfterMs: 2500)
        try await withLiveGateway(admit: { .refused(s: $0.s, refusal: refusal) }) { live in
            let (id, token) = try await live.newSession()
            #expect(await TestSocket.refusal(live, "/ws/sessions/\(id)?token=\(token)") == 503)
            let told = try await TestSocket.open(live, "/ws/sessions/\(id)?token=\(token)&reject=close")
            try await eventually("the close") { told.closeCode == 1001 }
            #expect(told.texts.first?.contains("too_many_sessions") == true)
            #expect(told.texts.first?.contains(#""retryAfterMs":3000"#) == true)
        }
    }

    @Test func `without a relay the client is asked to retry`() async throws {
        try await withLiveGateway(withoutRelay: true) { live in
            let (id, token) = try await live.newSession()
            let answer = try await live.raw(
                "GET /ws/sessions/\(id)?token=\(token) HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
                    + "Connection: upgrade\r\nSec-WebSocket-Version: 13\r\n"
                    + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\nGET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
            )
            #expect(answer.hasPrefix("HTTP/1.1 503"))
            #expect(answer.lowercased().contains("retry-after: 2"))
            #expect(answer.contains("no_relay"))
        }
    }

    @Test func `messages that arrive before the upgrade is complete are delivered`() async throws {
        try await withLiveGateway(admit: { _ in nil }) { live in
            let (id, token) = try await live.newSession()
            async let opening = TestSocket.open(live, "/ws/sessions/\(id)?token=\(token)")
            try await eventually("the attach") { !live.relay.heard.isEmpty }
            try live.relay.say(.attached(s: live.relay.client))
            try live.relay.say(#"{"type":"ready"}"#, to: live.relay.client)
            try live.relay.say(.close(s: live.relay.client, code: 4409, reason: "replaced"))
            let socket = try await opening
            try await eventually("ready and close") { socket.closeCode == 4409 }
            #expect(socket.texts == [#"{"type":"ready"}"#])
        }
    }

    @Test func `binary mode carries audio behind the byte that says so, and JSON in either kind of frame`() async throws
    {
        try await withLiveGateway { live in
            let (id, token) = try await live.newSession()
            let socket = try await TestSocket.open(live, "/ws/sessions/\(id)?token=\(token)&audio=binary")
            socket.send(binary: [0x01, 0x7b, 0x22, 0x22, 0x7d])
            socket.send(binary: Array(#"{"type":"end_session"}"#.utf8))
            socket.send(binary: Array("\u{FEFF}{\"type\":\"ping\"}".utf8))
            try await eventually("all at the relay") { live.relay.messages.count == 3 }
            #expect(
                live.relay.messages == [
                    #"{"type":"audio","data":"eyIifQ=="}"#, #"{"type":"end_session"}"#, #"{"type":"ping"}"#,
                ])
            try live.relay.say(#"{"type":"audio","data":"AAEC/w==","itemId":"i"}"#, to: live.relay.client)
            try live.relay.say(#"{"type":"audio","data":"AAEC/w==","itemId":"i","offsetMs":0}"#, to: live.relay.client)
            try live.relay.say(#"{"type":"attitude"}"#, to: live.relay.client)
            try live.relay.say(
                #"{"type":"audio","data":"AAEC/w==","itemId":"j","offsetMs":840}"#, to: live.relay.client)
            try await eventually("all at the client") { socket.binaries.count == 3 && socket.texts.count == 3 }
            #expect(socket.binaries == [[1, 0, 1, 2, 255], [1, 0, 1, 2, 255], [1, 0, 1, 2, 255]])
            #expect(
                socket.texts == [
                    #"{"type":"audio_item","itemId":"i","offsetMs":0}"#, #"{"type":"attitude"}"#,
                    #"{"type":"audio_item","itemId":"j","offsetMs":840}"#,
                ], "what the samples belong to is told when it changes")
        }
    }

    @Test func `the longest message of binary audio is within the rate limit`() async throws {
        try await withLiveGateway { live in
            let (id, token) = try await live.newSession()
            let socket = try await TestSocket.open(live, "/ws/sessions/\(id)?token=\(token)&audio=binary")
            socket.send(binary: [0x01] + [UInt8](repeating: 0, count: (1 << 20) - 2))
            try await eventually("the audio at the relay") { live.relay.messages.count == 1 }
            #expect(socket.closeCode == nil)
        }
    }

    @Test func `an odd byte of binary audio waits for the next frame of its connection`() async throws {
        try await withLiveGateway { live in
            let (id, token) = try await live.newSession()
            let path = "/ws/sessions/\(id)?token=\(token)&audio=binary"
            let first = try await TestSocket.open(live, path)
            first.send(binary: [0x01, 1, 2, 3])
            first.send(binary: [0x01, 4])
            first.send(binary: [0x01, 9])
            first.send(#"{"type":"ping"}"#)
            try await eventually("its audio at the relay") { live.relay.messages.count == 3 }
            let second = try await TestSocket.open(live, path)
            second.send(binary: [0x01])
            second.send(binary: [0x01, 5, 6])
            try await eventually("the other's audio") { live.relay.messages.count == 4 }
            #expect(
                live.relay.messages == [
                    #"{"type":"audio","data":"AQI="}"#, #"{"type":"audio","data":"AwQ="}"#, #"{"type":"ping"}"#,
                    #"{"type":"audio","data":"BQY="}"#,
                ])
        }
    }

    @Test func `useless messages are answered once per kind and do not close the connection`() async throws {
        try await withLiveGateway { live in
            let (id, token) = try await live.newSession()
            let socket = try await TestSocket.open(live, "/ws/sessions/\(id)?token=\(token)")
            for _ in 0..<10 {
                socket.send("ping")
                socket.send(String(repeating: #"{"a":"#, count: 40))
                socket.send(binary: [1, 2])
                socket.send("\u{FEFF}{\"type\":\"ping\"}")
            }
            try await eventually("the useful ones at the relay") { live.relay.messages.count == 10 }
            #expect(Set(live.relay.messages) == [#"{"type":"ping"}"#])
            try live.relay.say(#"{"type":"attitude"}"#, to: live.relay.client)
            try await eventually("what is sent after the errors") { socket.texts.last == #"{"type":"attitude"}"# }
            #expect(socket.closeCode == nil)
            let codes = ["invalid_message", "json_too_deep", "unknown_binary"]
            #expect(socket.texts.count == codes.count + 1)
            for code in codes { #expect(socket.texts.count { $0.contains(#""\#(code)""#) } == 1, "\(code)") }
        }
    }

    @Test func `a flood of messages without effect is closed with 4429`() async throws {
        try await withLiveGateway { live in
            let (id, token) = try await live.newSession()
            let socket = try await TestSocket.open(live, "/ws/sessions/\(id)?token=\(token)")
            for _ in 0..<UselessMessages.mostPerSecond + 10 { socket.send("") }
            try await eventually("close 4429") { socket.closeCode == 4429 }
            #expect(socket.texts.count == 2)
            #expect(socket.texts.last?.contains(#""fatal":true"#) == true)
            #expect(socket.texts.last?.contains("retryAfterMs") == true)
        }
    }

    @Test func `a message of many values counts as more than its bytes, and one of too many is left to the relay`()
        async throws
    {
        try await withLiveGateway { live in
            let (id, token) = try await live.newSession()
            let socket = try await TestSocket.open(live, "/ws/sessions/\(id)?token=\(token)")
            func arrays(_ count: Int) -> String {
                #"{"type":"event","data":["# + Array(repeating: "[]", count: count).joined(separator: ",") + "]}"
            }
            socket.send(arrays(300_000))
            try await eventually("it is at the relay") { live.relay.messages.count == 1 }
            #expect(socket.closeCode == nil)
            for _ in 0..<40 { socket.send(arrays(4_000)) }
            try await eventually("close 4429") { socket.closeCode == 4429 }
            #expect(live.relay.messages.count < 20)
        }
    }

    @Test func `a client that sends much faster than real time is closed with 4429`() async throws {
        try await withLiveGateway { live in
            let (id, token) = try await live.newSession()
            let socket = try await TestSocket.open(live, "/ws/sessions/\(id)?token=\(token)")
            // A burst of 1.5 s, as after a hitch, is accepted.
            let hitch = #"{"type":"audio","data":""# + String(repeating: "AAAA", count: 24_000) + #""}"#
            socket.send(hitch)
            try await eventually("the hitch at the relay") { live.relay.messages.count == 1 }
            #expect(socket.closeCode == nil)
            for _ in 0..<20 { socket.send(hitch) }
            try await eventually("close 4429") { socket.closeCode == 4429 }
            #expect(socket.texts.last?.contains("too_fast") == true)
            #expect(socket.texts.last?.contains("retryAfterMs") == true)
        }
    }

    @Test func `a client is charged for what its messages cost, not for their size`() async throws {
        try await withLiveGateway { live in
            let (id, token) = try await live.newSession()
            let socket = try await TestSocket.open(live, "/ws/sessions/\(id)?token=\(token)")
            // As many as a client sends again after a long gap.
            for number in 0..<1_000 { socket.send(#"{"type":"ping","t":\#(number)}"#) }
            try await eventually("they are at the relay") { live.relay.messages.count == 1_000 }
            #expect(socket.closeCode == nil)
            for number in 0..<3_000 { socket.send(#"{"type":"ping","t":\#(number)}"#) }
            try await eventually("close 4429") { socket.closeCode == 4429 }
        }
    }

    @Test func `a client is sent going_away and 1001 when its relay is lost`() async throws {
        try await withLiveGateway { live in
            let (id, token) = try await live.newSession()
            let socket = try await TestSocket.open(live, "/ws/sessions/\(id)?token=\(token)")
            try await eventually("the attach") { !live.relay.heard.isEmpty }
            live.relay.hangUp()
            try await eventually("close 1001") { socket.closeCode == 1001 }
            let told = try JSONDecoder().decode(ServerMessage.self, from: Data((socket.texts.last ?? "").utf8))
            #expect(told == .goingAway(reason: "relay_lost", retryAfterMs: 500))
            // Retries as a client does, until there is a new link.
            try await eventually("a place") {
                await TestSocket.refusal(live, "/ws/sessions/\(id)?token=\(token)") == nil
            }
        }
    }

    @Test func `a client is sent going_away and 1001 when the gateway stops, and the relay is notified`() async throws {
        try await withLiveGateway { live in
            let (id, token) = try await live.newSession()
            let socket = try await TestSocket.open(live, "/ws/sessions/\(id)?token=\(token)")
            try await eventually("the attach") { !live.relay.heard.isEmpty }
            await live.stop()
            try await eventually("close 1001") { socket.closeCode == 1001 }
            let told = try JSONDecoder().decode(ServerMessage.self, from: Data((socket.texts.last ?? "").utf8))
            #expect(told == .goingAway(reason: "restart", retryAfterMs: 500))
            try await eventually("the detach") {
                live.relay.heard.contains(.told(.detach(s: live.relay.client, code: 1001)))
            }
        }
    }

    @Test func `a client that does not read pauses the relay, and is dropped at 4 MiB`() async throws {
        try await withLiveGateway { live in
            let (id, token) = try await live.newSession()
            let slow = try await TestSocket.open(live, "/ws/sessions/\(id)?token=\(token)", reading: false)
            try await eventually("its seat") { live.relay.heard.count == 1 }
            let slowClient = live.relay.client
            let other = try await live.newSession()
            let quick = try await TestSocket.open(live, "/ws/sessions/\(other.id)?token=\(other.token)")
            try await eventually("both seats") { live.relay.heard.count == 2 }
            let chunk = #"{"type":"audio","data":""# + String(repeating: "AAAA", count: 64_000) + #""}"#
            var sent = 0
            // The sockets' own buffers take some megabytes before anything queues here.
            try await eventually("a pause", within: .seconds(30)) {
                for _ in 0..<4 where sent < 400 {
                    try live.relay.say(chunk, to: slowClient)
                    sent += 1
                }
                return live.relay.heard.contains(.told(.pause(s: slowClient)))
            }
            for _ in 0..<24 { try live.relay.say(chunk, to: slowClient) }
            try await eventually("the end", within: .seconds(20)) {
                live.relay.heard.contains(.told(.detach(s: slowClient, code: 4408)))
            }
            // The other client is not blocked.
            try live.relay.say(#"{"type":"attitude"}"#, to: live.relay.client)
            try await eventually("the other's message") { quick.texts.count == 1 }
            await slow.hangUp()
        }
    }

    @Test func `a paused client is not read until it is resumed`() async throws {
        try await withLiveGateway { live in
            let (id, token) = try await live.newSession()
            let socket = try await TestSocket.open(live, "/ws/sessions/\(id)?token=\(token)")
            try await eventually("the attach") { !live.relay.heard.isEmpty }
            try live.relay.say(.pause(s: live.relay.client))
            // The pause has arrived once a message sent after it has.
            try live.relay.say(#"{"type":"attitude"}"#, to: live.relay.client)
            try await eventually("the marker") { socket.texts.count == 1 }
            socket.send(#"{"type":"ping"}"#)
            socket.send(#"{"type":"text","text":"x"}"#)
            try await Task.sleep(for: .milliseconds(200))
            // One read may have been in progress.
            #expect(live.relay.messages.count <= 1)
            try live.relay.say(.resume(s: live.relay.client))
            try await eventually("the rest") { live.relay.messages.count == 2 }
        }
    }

    @Test func `a client that is paused before its socket is ready is not read until it is resumed`() async throws {
        try await withLiveGateway(admit: { _ in nil }) { live in
            let (id, token) = try await live.newSession()
            async let opening = TestSocket.open(live, "/ws/sessions/\(id)?token=\(token)")
            try await eventually("the attach") { !live.relay.heard.isEmpty }
            try live.relay.say(.attached(s: live.relay.client))
            try live.relay.say(.pause(s: live.relay.client))
            let socket = try await opening
            socket.send(#"{"type":"ping"}"#)
            socket.send(#"{"type":"text","text":"x"}"#)
            try await Task.sleep(for: .milliseconds(200))
            #expect(live.relay.messages.isEmpty)
            try live.relay.say(.resume(s: live.relay.client))
            try await eventually("both messages") { live.relay.messages.count == 2 }
        }
    }

    @Test func `events of a REST batch go to the relay that holds the session`() async throws {
        try await withLiveGateway(storeEvents: { events in
            events.map { .init(eventId: $0.eventId, status: $0.eventId == "a" ? .stored : .duplicate) }
        }) { live in
            _ = try await live.newSession()
            let answer = try await live.gateway.post(
                "/api/sessions/BAT-001/events",
                #"[{"type":"ERROR","eventId":"a"},null,{"eventId":"b","data":{"type":"ERROR","data":{"word":"free"}}}]"#
            )
            #expect(answer.status == 200)
            guard case .array(let results)? = answer.json["results"] else {
                Issue.record("no results")
                return
            }
            #expect(results.compactMap { $0["status"]?.string } == ["stored", "invalid", "duplicate"])
            guard case .told(.submitEvents(_, let session, let events)) = live.relay.heard.first else {
                Issue.record("nothing submitted")
                return
            }
            #expect(session.text == "BAT-001")
            #expect(events.last?.data == .init(type: "ERROR", data: ["word": "free"]))
        }
    }
}
