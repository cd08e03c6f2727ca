import Domain
import Testing

@testable import Conversation
@testable import RelayService

@Suite struct TranscriptRecorderTests {
    private func at(_ seconds: Double) -> SessionTime { SessionTime(milliseconds: Int(seconds * 1000)) }

    /// What the recorder gets of one utterance and two answers to it. The pieces may come in many orders.
    private enum Piece: Int, CaseIterable {
        case traineePlaced, traineeWords, answerPlaced, answerWords, secondPlaced, secondWords
    }

    private func play(_ order: [Piece]) -> [Utterance] {
        var recorder = TranscriptRecorder()
        for piece in order {
            switch piece {
            case .traineePlaced:
                recorder.speechStarted("t1", at: at(1))
                recorder.speechStopped("t1", at: at(2))
                recorder.place("t1", after: .first)
                recorder.open("t1", by: .trainee)
            case .traineeWords: _ = recorder.transcribed("t1", "Hello.", at: at(6))
            case .answerPlaced:
                recorder.place("a1", after: .item("t1"))
                recorder.open("a1", by: .avatar)
            case .answerWords: _ = recorder.say("a1", "Hi.", from: at(2.5), to: at(3), interrupted: false)
            case .secondPlaced:
                recorder.place("a2", after: .item("a1"))
                recorder.open("a2", by: .avatar)
            case .secondWords: _ = recorder.say("a2", "What is it?", from: at(3), to: at(4), interrupted: false)
            }
        }
        return recorder.utterances
    }

    @Test func `utterances are in the order of the chain, whatever order their pieces come in`() {
        func permutations(_ rest: [Piece], _ taken: [Piece] = []) -> [[Piece]] {
            guard !rest.isEmpty else { return [taken] }
            return rest.indices.flatMap { index in
                var less = rest
                let piece = less.remove(at: index)
                return permutations(less, taken + [piece])
            }
        }
        // Words of the customer come after their item is known.
        let orders = permutations(Piece.allCases).filter { order in
            func place(_ piece: Piece) -> Int { order.firstIndex(of: piece) ?? 0 }
            return place(.answerPlaced) < place(.answerWords) && place(.secondPlaced) < place(.secondWords)
                // An item is placed after a known one; the server adds them in this order.
                && place(.traineePlaced) < place(.answerPlaced) && place(.answerPlaced) < place(.secondPlaced)
        }
        #expect(orders.count > 10)
        for order in orders {
            let lines = play(order)
            #expect(lines.map(\.text) == ["Hello.", "Hi.", "What is it?"], "\(order)")
            #expect(lines.map(\.startTime) == lines.map(\.startTime).sorted(), "\(order)")
            #expect(Set(lines.map(\.utteranceId)).count == 3, "\(order)")
        }
    }

    @Test func `an item that came without a place moves to its place later`() {
        var recorder = TranscriptRecorder()
        recorder.place("t1", after: .first)
        recorder.open("t1", by: .trainee)
        recorder.open("a2", by: .avatar)
        recorder.place("a1", after: .item("t1"))
        recorder.open("a1", by: .avatar)
        recorder.place("a2", after: .item("a1"))
        _ = recorder.say("a2", "second", from: at(2), to: at(3), interrupted: false)
        _ = recorder.say("a1", "first", from: at(1), to: at(2), interrupted: false)
        _ = recorder.transcribed("t1", "zeroth", at: at(5))
        #expect(recorder.utterances.map(\.text) == ["zeroth", "first", "second"])
    }

    @Test func `a null predecessor on every item does not reverse the conversation`() {
        var recorder = TranscriptRecorder()
        recorder.speechStarted("t1", at: at(1))
        recorder.speechStopped("t1", at: at(2))
        for (id, speaker) in [("t1", Speaker.trainee), ("a1", .avatar), ("t2", .trainee)] {
            recorder.place(id, after: .first)
            recorder.open(id, by: speaker)
        }
        _ = recorder.say("a1", "Good day.", from: at(2.5), to: at(3.5), interrupted: false)
        _ = recorder.transcribed("t2", "How are you?", at: at(5))
        _ = recorder.transcribed("t1", "Hello.", at: at(6))
        #expect(recorder.utterances.map(\.text) == ["Hello.", "Good day.", "How are you?"])
        #expect(recorder.utterances.map(\.startTime) == [1, 2.5, 5])
        #expect(recorder.utterances.map(\.endTime) == [2, 3.5, 5])
        // On a new connection the first item is the first again.
        #expect(recorder.restart(keeping: []).isEmpty)
        recorder.open("n2", by: .avatar)
        recorder.place("n1", after: .first)
        recorder.open("n1", by: .trainee)
        recorder.place("n2", after: .item("n1"))
        _ = recorder.say("n2", "And?", from: at(8), to: at(9), interrupted: false)
        _ = recorder.transcribed("n1", "Well.", at: at(7))
        #expect(recorder.utterances.map(\.text).suffix(2) == ["Well.", "And?"])
    }

    @Test func `a late utterance never begins after the one that follows it`() throws {
        var recorder = TranscriptRecorder()
        recorder.place("t1", after: .first)
        recorder.open("t1", by: .trainee)
        recorder.place("a1", after: .item("t1"))
        recorder.open("a1", by: .avatar)
        _ = recorder.say("a1", "Hi.", from: at(2), to: at(3), interrupted: false)
        // No speech events at all, as with some compatible servers.
        let made = recorder.transcribed("t1", "Hello.", at: at(7))
        let line = try #require(made)
        #expect(line.startTime == 2)
        #expect(line.endTime >= line.startTime)
    }

    @Test func `empty words leave no utterance, and words are taken once`() {
        var recorder = TranscriptRecorder()
        recorder.open("t1", by: .trainee)
        #expect(recorder.awaitingWords == ["t1"])
        #expect(recorder.transcribed("t1", " \n", at: at(1)) == nil)
        #expect(recorder.awaitingWords.isEmpty)
        #expect(recorder.transcribed("t1", "Hello", at: at(1)) == nil)
        #expect(recorder.utterances.isEmpty)
    }

    @Test func `an utterance that changes keeps its id`() throws {
        var recorder = TranscriptRecorder()
        recorder.open("a1", by: .avatar)
        let first = recorder.say("a1", "one two three", from: at(1), to: at(4), interrupted: false)
        let whole = try #require(first)
        let second = recorder.say("a1", "one two", from: at(1), to: at(3), interrupted: true)
        let cut = try #require(second)
        #expect(cut.utteranceId == whole.utteranceId)
        #expect(cut.interrupted == true)
        #expect(recorder.say("a1", "one two", from: at(1), to: at(3), interrupted: true) == nil)
        #expect(recorder.utterances == [cut])
    }

    @Test func `one speaker ends before the other begins, unless the first was interrupted`() {
        var recorder = TranscriptRecorder()
        recorder.place("a1", after: .first)
        recorder.open("a1", by: .avatar)
        _ = recorder.say("a1", "Hello.", from: at(1), to: at(3), interrupted: false)
        // The prefix padding overlaps the previous utterance.
        recorder.speechStarted("t1", at: at(2.8))
        recorder.speechStopped("t1", at: at(5))
        recorder.place("t1", after: .item("a1"))
        recorder.open("t1", by: .trainee)
        recorder.place("a2", after: .item("t1"))
        recorder.open("a2", by: .avatar)
        _ = recorder.say("a2", "Fine.", from: at(4.9), to: at(6), interrupted: false)
        _ = recorder.transcribed("t1", "How are you?", at: at(7))
        #expect(recorder.utterances.map(\.startTime) == [1, 3, 4.9])
        #expect(recorder.utterances.map(\.endTime) == [3, 4.9, 6])
    }

    @Test func `an interrupting speaker begins before the other has ended`() {
        var recorder = TranscriptRecorder()
        recorder.place("a1", after: .first)
        recorder.open("a1", by: .avatar)
        _ = recorder.say("a1", "Hello", from: at(1), to: at(3), interrupted: true)
        recorder.speechStarted("t1", at: at(2.8))
        recorder.speechStopped("t1", at: at(5))
        recorder.place("t1", after: .item("a1"))
        _ = recorder.transcribed("t1", "Wait!", at: at(7))
        #expect(recorder.utterances.map(\.startTime) == [1, 2.8])
        #expect(recorder.utterances.map(\.endTime) == [3, 5])
    }

    @Test func `an utterance that another process began stands where it was said, before the answer to it`() {
        func line(_ number: Int, _ speaker: Speaker, _ start: Double, _ end: Double, _ text: String) -> Utterance {
            Utterance(utteranceId: "u\(number)", startTime: start, endTime: end, speaker: speaker, text: text)
        }
        let earlier = [line(1, .trainee, 1, 2, "Hello."), line(3, .avatar, 13.8, 14.9, "No.")]
        var recorder = TranscriptRecorder(earlier: earlier)
        recorder.takeUp("t2", line(2, .trainee, 11.5, 13.4, ""))
        let inaudible = recorder.transcribed("t2", TranscriptRecorder.inaudible, at: at(15))
        #expect(inaudible?.startTime == 11.5)
        #expect(inaudible?.endTime == 13.4)
        #expect(recorder.utterances.map(\.utteranceId) == ["u1", "u2", "u3"])
        // New utterances come after all of these.
        recorder.open("t4", by: .trainee)
        #expect(recorder.transcribed("t4", "Pity.", at: at(14))?.startTime == 14.9)
        #expect(recorder.utterances.map(\.utteranceId) == ["u1", "u2", "u3", "u4"])
    }
}
