import CLinux
import Foundation
import Histogram

/// Clients of a relay, all in one thread: they send numbered audio frames and measure each round trip.
final class LoadGenerator {
    private final class Client {
        let stream: FrameStream
        var template: AudioTemplate
        let nuisance: LoadPlan.Nuisance?
        var isReady = false
        var lastSent = 0
        var lastReceived = 0
        var isWaitingForRoom = false
        /// Send times of the last 256 frames, by the low 8 bits of their sequence number.
        var sentAt = [Int](repeating: 0, count: 256)

        init(_ stream: FrameStream, _ template: AudioTemplate, _ nuisance: LoadPlan.Nuisance?) {
            self.stream = stream
            self.nuisance = nuisance
            self.template = template
        }
    }

    /// How long to wait at the end for frames still in flight, in nanoseconds.
    private static let patience = 2_000_000_000
    private static let percentiles = [50, 90, 99, 99.9, 100]

    private let plan: LoadPlan
    private let poller: Poller
    private var clients: [Client] = []
    private var histogram = Histogram<UInt32>(
        highestTrackableValue: 60_000_000_000, numberOfSignificantValueDigits: .three)
    private var result = LoadResult()
    private var isCounting = false
    private var started = 0
    private var isSending = true

    init(_ plan: LoadPlan) throws {
        self.plan = plan
        poller = try Poller()
        // By default timers are up to 50 µs late, which would be measured as the relay's latency.
        clinux_exact_timers()
    }

    func run() throws -> LoadResult {
        let connecting = Self.now
        try connect()
        try waitUntilReady()
        let start = Self.now
        result.readyMilliseconds = Double(start - connecting) / 1e6
        started = start
        let from = start + Int(plan.warmUp * 1e9)
        let to = from + Int(plan.seconds * 1e9)
        if case .flood(let inFlight) = plan.pace {
            for client in clients { for _ in 0..<inFlight { send(client, at: Self.now) } }
            for (token, client) in clients.enumerated() { flush(client, token) }
        }
        try turn(from: start, until: from)
        let before = plan.watched.mapValues { ProcessClock(pid: $0) }
        isCounting = true
        let began = Self.now
        try turn(from: start, until: to)
        isCounting = false
        result.seconds = Double(Self.now - began) / 1e9
        for (name, pid) in plan.watched {
            if let earlier = before[name] { result.used[name] = ProcessClock(pid: pid) - earlier }
            result.memory[name] = ProcessClock.memory(pid: pid).proportional
        }
        isSending = false
        try drain()
        for percentile in Self.percentiles {
            result.latency["\(percentile)"] = Int(histogram.valueAtPercentile(percentile))
        }
        return result
    }

    // MARK: Connecting

    private func connect() throws {
        let nuisances = LoadPlan.Nuisance.allCases.flatMap { kind in
            (plan.nuisances[kind] ?? []).map { (address: $0, nuisance: Optional(kind)) }
        }
        for (index, (address, nuisance)) in (plan.addresses.map { ($0, nil) } + nuisances).enumerated() {
            let descriptor = try Loopback.connect(port: address.port)
            try Handshake.ask(descriptor, path: address.path)
            Loopback.setNonBlocking(descriptor)
            let mask = UInt32(truncatingIfNeeded: 0x9E37_79B9 &* (index + 1)) | 0x0101_0101
            let client = Client(
                FrameStream(descriptor: descriptor),
                AudioTemplate(milliseconds: plan.frameMilliseconds, mask: mask), nuisance)
            client.isReady = !plan.waitsForReady
            clients.append(client)
            try poller.add(descriptor, token: index)
        }
    }

    private func waitUntilReady() throws {
        let deadline = Self.now + 30_000_000_000
        while !clients.allSatisfy(\.isReady) {
            guard Self.now < deadline, result.closed == 0 else {
                let ready = clients.count(where: \.isReady)
                throw SocketError(
                    description: "\(ready) of \(clients.count) sessions are ready, \(result.closed) closed")
            }
            try turnOnce(100_000_000)
        }
        for client in clients where client.nuisance == .deaf {
            client.stream.isDeaf = true
            poller.remove(client.stream.descriptor)
        }
    }

    // MARK: The loop

    private func turn(from start: Int, until end: Int) throws {
        guard case .realTime = plan.pace else {
            while Self.now < end { try turnOnce(min(100_000_000, max(0, end - Self.now))) }
            return
        }
        let step = plan.frameMilliseconds * 1_000_000 / clients.count
        var number = max(0, (Self.now - start) / step)
        while true {
            let due = start + number * step
            let now = Self.now
            if now >= end { return }
            if due <= now {
                // Recorded with the time it was due, so that a late load generator hides no latency.
                let client = clients[number % clients.count]
                for _ in 0..<(client.nuisance == .greedy ? 10 : 1) { send(client, at: due) }
                flush(client, number % clients.count)
                number += 1
                if number % 8 != 0 { continue }
                try turnOnce(0)
            } else {
                try turnOnce(due - now)
            }
        }
    }

    private func turnOnce(_ nanoseconds: Int) throws {
        try poller.wait(nanoseconds) { token, events in
            let client = clients[token]
            if events & Poller.writable != 0 { flush(client, token) }
            if events & ~Poller.writable != 0, try !receive(client, token) {
                if client.nuisance == nil { result.closed += 1 }
                poller.remove(client.stream.descriptor)
            }
        }
    }

    private func receive(_ client: Client, _ token: Int) throws -> Bool {
        let isThere = try client.stream.read { opcode, payload in
            switch opcode {
            case .text, .binary: hear(payload, client)
            case .ping:
                client.stream.appendHeader(.pong, length: payload.count, mask: 0)
                client.stream.append(UnsafeRawBufferPointer(payload))
            case .pong, .close: break
            }
        }
        flush(client, token)
        return isThere
    }

    private func hear(_ message: UnsafeMutableRawBufferPointer, _ client: Client) {
        guard let sequence = AudioMessage.sequence(of: message) else {
            if !client.isReady { client.isReady = AudioMessage.holds(message, Self.ready) }
            return
        }
        let now = Self.now
        if result.firstAudioMilliseconds == 0 { result.firstAudioMilliseconds = Double(now - started) / 1e6 }
        guard client.nuisance == nil else { return }
        if sequence != client.lastReceived + 1 { result.disordered += 1 }
        client.lastReceived = max(client.lastReceived, sequence)
        if isCounting {
            result.roundTrips += 1
            histogram.record(UInt64(max(0, now - client.sentAt[sequence & 255])))
        }
        if isSending, case .flood = plan.pace { send(client, at: now) }
    }

    private static let ready = Array(#""type":"ready""#.utf8)

    // MARK: Sending

    private func send(_ client: Client, at time: Int) {
        guard client.stream.isOpen else { return }
        client.lastSent += 1
        client.sentAt[client.lastSent & 255] = time
        let number = client.nuisance == .stuck ? AudioMessage.stuck : client.lastSent
        client.template.with(number) { client.stream.append($0) }
    }

    private func flush(_ client: Client, _ token: Int) {
        client.stream.flush()
        guard !client.stream.isDeaf, client.stream.hasBacklog != client.isWaitingForRoom else { return }
        client.isWaitingForRoom = client.stream.hasBacklog
        let events = client.isWaitingForRoom ? Poller.readable | Poller.writable : Poller.readable
        try? poller.change(client.stream.descriptor, token: token, events: events)
    }

    /// Waits for the frames still in flight and counts those that do not arrive.
    private func drain() throws {
        let deadline = Self.now + Self.patience
        let listening = clients.prefix(plan.addresses.count)
        while Self.now < deadline, listening.contains(where: { $0.lastReceived < $0.lastSent }) {
            try turnOnce(10_000_000)
        }
        result.lost = listening.reduce(0) { $0 + $1.lastSent - $1.lastReceived }
    }

    /// Nanoseconds of the monotonic clock.
    private static var now: Int {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return time.tv_sec * 1_000_000_000 + time.tv_nsec
    }
}
