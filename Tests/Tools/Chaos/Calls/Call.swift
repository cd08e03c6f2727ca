import Domain
import Foundation
import HTTPClient
import Speech
import Synchronization
import TrainingClient

/// One call from its creation to its result, made by a correct client that records everything.
struct Call: Sendable {
    /// How long a caller tries to create a session before it gives up, in seconds: longer than the longest outage.
    private static let creationPatience = 150.0
    /// How long the customer may take to answer, in seconds.
    private static let answerPatience = 20.0
    /// How long to wait for the answer after a reconnect before the caller repeats its utterance, in seconds.
    private static let patienceAfterLoss = 4.0
    private static let endPatience = 60.0
    /// How long the score may take, in seconds: after 240 the server reports that there is none.
    private static let scorePatience = 250.0
    private static let uploadPatience = 150.0
    private static let reportSeconds = 0.2

    let name: String
    let script: CallScript
    let server: TrainingServer
    let journal: JournalWriter
    let isFast: Bool
    let microphones: MuteSwitch
    private let buffer = EventBuffer()

    init(
        name: String, script: CallScript, server: TrainingServer, journal: JournalWriter, isFast: Bool,
        microphones: MuteSwitch
    ) {
        self.microphones = microphones
        self.name = name
        self.script = script
        self.server = server
        self.journal = journal
        self.isFast = isFast
    }

    func run() async {
        defer { journal.close() }
        guard let created = await create() else { return }
        let line = CallLine(url: created.wsUrl, journal: journal, isFast: isFast, microphones: microphones)
        do {
            try await talk(on: line, in: created.sessionId)
            journal.write(.finished(why: "told over the socket"))
        } catch CallLine.Gone.over(let why) {
            journal.write(.finished(why: why))
        } catch CallLine.Gone.gaveUp(let why) {
            journal.write(.gaveUp(why: why))
        } catch {
            journal.write(.gaveUp(why: "called off: \(error)"))
        }
        line.hangUp()
        await handIn(line.call.unacknowledged + buffer.open, to: created.sessionId)
        _ = await rest("GET", "/api/sessions/\(created.sessionId)", until: journal.clock.now + Self.endPatience)
    }

    // MARK: The talk

    private func talk(on line: CallLine, in session: SessionID) async throws {
        var attempts = 0
        var reported: ClientMessage.Played?
        try await line.connect(attempts: &attempts)
        for turn in script.turns where !line.ear.now.hasEnded {
            for deed in turn.deeds { await send(deed.event, deed.way, on: line, in: session) }
            let before = line.ear.now.answers.count
            let connection = line.ear.now.readyOn
            say(turn.line, isTyped: turn.isTyped, on: line)
            if turn.losesConnection {
                journal.write(.dropped(connection: connection))
                line.call.cut()
            }
            func isAnswered() -> Bool {
                guard line.ear.now.answers.count > before else { return line.ear.now.hasEnded }
                return isFast || turn.interrupts || journal.clock.now > line.ear.playsUntil + 0.3
            }
            _ = try await wait(Self.answerPatience, on: line, &attempts, &reported) {
                isAnswered() || line.ear.now.readyOn != connection
            }
            // The loss may have cut the utterance or the answer in two, so a caller without an answer asks again.
            if try await !wait(Self.patienceAfterLoss, on: line, &attempts, &reported, until: isAnswered) {
                say(turn.repetition, isTyped: turn.isTyped, on: line)
                _ = try await wait(Self.answerPatience, on: line, &attempts, &reported, until: isAnswered)
            }
        }
        if script.endsWithFarewell {
            _ = try await wait(Self.answerPatience, on: line, &attempts, &reported) { line.ear.now.hasEnded }
        }
        let deadline = journal.clock.now + Self.endPatience
        while !line.ear.now.hasEnded {
            journal.write(.askedToEnd)
            line.call.send(.endSession)
            let connection = line.ear.now.readyOn
            // If the connection is lost, the request to end is lost with it.
            _ = try await wait(Self.endPatience / 2, on: line, &attempts, &reported) {
                line.ear.now.hasEnded || line.ear.now.readyOn != connection
            }
            guard journal.clock.now < deadline || line.ear.now.hasEnded else {
                throw CallLine.Gone.gaveUp("it does not end")
            }
        }
        if try await !wait(Self.scorePatience, on: line, &attempts, &reported, until: { line.ear.now.hasScore }) {
            throw CallLine.Gone.gaveUp("no score, and nothing that says why")
        }
        // The server closes with 1000; if it has not, the caller leaves anyway.
        _ = try? await wait(2, on: line, &attempts, &reported) { line.ear.now.closeCode == 1000 }
    }

    private func say(_ text: String, isTyped: Bool, on line: CallLine) {
        journal.write(.said(text: text, isTyped: isTyped))
        if isTyped {
            line.call.send(.text(text))
        } else {
            line.call.say(SpokenTag.samples(for: text) + Self.hum)
        }
    }

    /// Half a second of voice without words, so that the tag is not the only audio of the turn.
    private static let hum = (0..<500 * PCM16.samplesPerMillisecond).map { Int16(4_000 * sin(Double($0) / 12)) }

    private func send(
        _ event: ClientEvent, _ way: JournalEntry.Way, on line: CallLine, in session: SessionID
    ) async {
        guard let id = event.eventId else { return }
        buffer.add(event, isOpen: way == .rest)
        journal.write(.sentEvent(eventId: id, way: way))
        switch way {
        case .socket: line.call.send(.event(event))
        case .rest:
            // One attempt: an event that fails now is uploaded at the end.
            if await upload([event], to: session) { buffer.settle(id) }
        }
    }

    /// Waits for a condition; meanwhile reconnects when necessary and reports playback.
    ///
    /// - Returns: whether the condition held within this many seconds.
    private func wait(
        _ seconds: Double, on line: CallLine, _ attempts: inout Int, _ reported: inout ClientMessage.Played?,
        until condition: () -> Bool
    ) async throws -> Bool {
        let deadline = journal.clock.now + seconds
        var reportAt = 0.0
        while !condition() {
            if !line.isUp { try await line.connect(attempts: &attempts) }
            guard journal.clock.now < deadline else { return false }
            if journal.clock.now >= reportAt {
                reportAt = journal.clock.now + (isFast ? 0 : Self.reportSeconds)
                if let played = line.ear.played(isAll: isFast), played != reported {
                    reported = played
                    line.call.send(.played(played))
                }
            }
            try await Task.sleep(for: .milliseconds(isFast ? 10 : 20))
        }
        return true
    }

    // MARK: REST

    private func create() async -> TrainingServer.Created? {
        let key = "chaos-\(journal.clock.began.timeIntervalSince1970)-\(name)"
        journal.write(.creating(key: key))
        let body: JSONValue = [
            "scenarioId": .string(script.scenario), "traineeId": .string("REP_\(name)"), "client": "chaos",
        ]
        let answer = await rest(
            "POST", "/api/sessions", body: (try? JSONEncoder().encode(body)) ?? Data(),
            headers: ["Idempotency-Key": key], until: journal.clock.now + Self.creationPatience)
        guard let answer, let created = try? JSONDecoder().decode(TrainingServer.Created.self, from: answer) else {
            journal.write(.gaveUp(why: "no session was to be had"))
            return nil
        }
        journal.write(.created(session: created.sessionId))
        return created
    }

    /// Uploads the unacknowledged events, in some calls all of them: duplicates are harmless.
    private func handIn(_ unacknowledged: [ClientEvent], to session: SessionID) async {
        let events = script.handsEverythingIn ? buffer.all : unacknowledged
        guard !events.isEmpty else { return }
        let deadline = journal.clock.now + Self.uploadPatience
        while await !upload(events, to: session) {
            guard journal.clock.now < deadline else { return journal.write(.gaveUp(why: "events cannot be handed in")) }
            try? await Task.sleep(for: .seconds(1))
        }
    }

    /// - Returns: whether every event is now either stored or rejected for good.
    private func upload(_ events: [ClientEvent], to session: SessionID) async -> Bool {
        struct Batch: Encodable { var events: [ClientEvent] }
        struct Answer: Decodable { var results: [TrainingServer.EventResult] }
        let body = (try? JSONEncoder().encode(Batch(events: events))) ?? Data()
        guard let data = await rest("POST", "/api/sessions/\(session)/events", body: body, until: 0),
            let answer = try? JSONDecoder().decode(Answer.self, from: data)
        else { return false }
        var isDone = true
        for (event, result) in zip(events, answer.results) {
            journal.write(.uploaded(eventId: event.eventId ?? "", status: result.status))
            // The session is just being stored: retry.
            if result.code == "session_ending" { isDone = false }
        }
        return isDone
    }

    /// Sends a request, and repeats it until the deadline while the answer is missing or says that it may work later.
    ///
    /// - Returns: the body of a successful answer.
    private func rest(
        _ method: String, _ path: String, body: Data = Data(), headers: [String: String] = [:], until deadline: Double
    ) async -> Data? {
        var pause = 0.25
        while true {
            var retryAfter: Double?
            do {
                let answer = try await server.send(method, path, body: body, headers: headers)
                journal.write(
                    .answered(request: "\(method) \(path)", status: answer.status, code: answer.problemCode))
                if (200...299).contains(answer.status) { return answer.body }
                guard [429, 503].contains(answer.status) else { return nil }
                retryAfter = answer["retry-after"].flatMap { Double($0) }
            } catch {
                journal.write(.answered(request: "\(method) \(path)", status: 0, code: "\(error)"))
            }
            guard journal.clock.now < deadline, !Task.isCancelled else { return nil }
            try? await Task.sleep(for: .seconds(min(retryAfter ?? Double.random(in: 0...pause), 10)))
            pause = min(pause * 2, 5)
        }
    }
}
