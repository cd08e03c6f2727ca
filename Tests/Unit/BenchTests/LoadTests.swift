import Foundation
import TestSupport
import Testing

@testable import Bench

/// The bench itself must be correct: frames are numbered, parsed and counted exactly.
@Suite struct LoadTests {
    /// Two ends of one connection.
    private func pair() throws -> (FrameStream, FrameStream) {
        var ends: [Int32] = [0, 0]
        guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) == 0 else { throw SocketError("socketpair") }
        return (FrameStream(descriptor: ends[0]), FrameStream(descriptor: ends[1]))
    }

    private func read(_ stream: FrameStream) throws -> [String] {
        var texts: [String] = []
        _ = try stream.read { _, payload in texts.append(String(decoding: payload, as: UTF8.self)) }
        return texts
    }

    @Test(arguments: [1, 2, 255, 4_096, 1 << 40])
    func `a masked frame carries its number in the audio, which is still valid base64`(number: Int) throws {
        let (client, server) = try pair()
        var template = AudioTemplate(milliseconds: 20, mask: 0x1234_5678)
        template.with(number) { client.append($0) }
        client.flush()
        var found: Int?
        _ = try server.read { _, payload in
            found = AudioMessage.sequence(of: payload)
            let text = String(decoding: payload, as: UTF8.self)
            let data = text.dropFirst(AudioMessage.clientPrefix.count).dropLast(2)
            #expect(Data(base64Encoded: String(data))?.count == 960)
        }
        #expect(found == number)
    }

    @Test func `the number that makes the echo stop reading survives the relay`() throws {
        let (client, server) = try pair()
        var template = AudioTemplate(milliseconds: 20, mask: 0x1234_5678)
        template.with(AudioMessage.stuck) { client.append($0) }
        client.flush()
        _ = try server.read { _, payload in
            let audio = payload[AudioMessage.clientPrefix.count...]
            let appended = AudioMessage.appendPrefix + Array(audio)
            let room = UnsafeMutableRawBufferPointer.allocate(byteCount: appended.count, alignment: 16)
            defer { room.deallocate() }
            room.copyBytes(from: appended)
            #expect(AudioMessage.sequence(of: room, at: AudioMessage.appendPrefix.count) == AudioMessage.stuck)
        }
    }

    @Test func `system calls are read from strace's table and summed over threads`() {
        let table = """
                calls syscall
            --------- ----------------
                 2080 read
                   50 epoll_wait
                   10 read
            --------- ----------------
                 2140 total
            """
        #expect(SystemCalls.read(table) == ["read": 2_090, "epoll_wait": 50])
        var result = LoadResult()
        result.roundTrips = 1_000
        result.calls = SystemCalls.read(table)
        #expect(CallsCommand.line(result) == " 2.14 per round trip: read 2.09, epoll_wait 0.05")
    }

    @Test func `frames are parsed however the socket splits them`() throws {
        let (sender, receiver) = try pair()
        let texts = ["", "a", String(repeating: "b", count: 126), String(repeating: "c", count: 70_000), "end"]
        for text in texts { Array(text.utf8).withUnsafeBytes { sender.append(.text, $0) } }
        var heard: [String] = []
        while heard.count < texts.count {
            sender.flush()
            heard += try read(receiver)
        }
        #expect(heard == texts)
        #expect(!sender.hasBacklog)
    }

    @Test func `an upgrade is answered as in the RFC's example`() throws {
        let request = "GET / HTTP/1.1\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        let answer = try #require(Handshake.answer(to: Array(request.utf8)))
        #expect(String(decoding: answer, as: UTF8.self).contains("s3pPLMBiTxaQ9kYGzzhZRbK+xOo="))
        #expect(Handshake.answer(to: Array("GET / HTTP/1.1\r\n\r\n".utf8)) == nil)
    }

    @Test func `a comparison shows medians and the ratio of each round side by side`() {
        func result(_ microseconds: Int) -> LoadResult {
            var result = LoadResult()
            result.roundTrips = 1_000
            result.seconds = 1
            var clock = ProcessClock(pid: 0)
            clock.busy = microseconds * 1_000_000
            result.used = ["x": clock]
            return result
        }
        let text = Comparison(
            contestants: [.bat, .nginx],
            results: [.bat: [result(10), result(30), result(20)], .nginx: [result(20), result(20), result(40)]]
        ).text
        let lines = text.split(separator: "\n")
        #expect(lines[1].contains("20.00 (10.00-30.00)"))
        #expect(lines[2].contains("0.50 (0.50-1.50)"))
    }

    @Test func `a short run against the real processes loses nothing`() async throws {
        let folder = try TestFolders.temporary("bench-test")
        let bench = try ProcessUnderTest(
            "bench", executable: TestFolders.binaries.appending(path: "bench"),
            arguments: ["flood", "--contestants", "bat", "--rounds", "1", "--seconds", "0.5", "--sessions", "5"],
            folder: folder, log: folder.appending(path: "log"))
        #expect(try await bench.exitCode(within: .seconds(120)) == 0, "\(bench.output)")
        #expect(bench.output.contains("gateway"))
        for fault in ["lost", "out of order", "closed"] { #expect(!bench.output.contains(fault), "\(bench.output)") }
    }
}
