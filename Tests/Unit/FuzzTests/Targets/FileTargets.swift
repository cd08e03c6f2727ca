import Domain
import Foundation
import TestSupport

@testable import Bootstrap
@testable import Storage

extension FuzzTarget {
    private static func recorded(_ name: String) -> [UInt8] {
        let file = TestFolders.package.appending(path: "Tests/Recorded/\(name)")
        return ((try? Data(contentsOf: file)).map { [UInt8]($0) } ?? []).prefix(Mutator.longest).map(\.self)
    }

    /// `.env` files: names are names, and a value without quotes, blanks or comment signs is taken as it is.
    static let environmentFiles = FuzzTarget(
        "environmentFiles",
        texts: [
            "PORT=3001\n# comment\nexport NAME=\"a b\"\nEMPTY=\n", "A='x'\r\nB = y \r\n", "A=1 # c\nA=2",
            "=\n==\n#=\n\"\n",
            "\u{FEFF}PORT=1", "A=\"\nB='", "A=a=b", "URI=mongodb://u:p@h/?a=b#c",
        ],
        tokens: [
            "export ", "A=", "\"", "'", "#", "\n", "\r\n", " ", "\t", "\u{FEFF}", "=", "\u{2028}", "\u{301}", "\\",
        ]
    ) { input in
        let text = String(decoding: input, as: UTF8.self)
        let variables = EnvironmentFile.parsed(text)
        var kinds: Set<String> = []
        for (name, value) in variables {
            try require(!name.isEmpty && !name.contains("=") && !name.contains("\n"), "a name «\(name)»")
            try require(!name.hasPrefix("#"), "\(name)=\(value)")
            try require(name.utf8.count + value.utf8.count <= text.utf8.count, "\(name) has grown")
            let isPlain = (name + value).utf8.allSatisfy {
                $0 == 0x5F || (0x30...0x39).contains($0) || (0x41...0x5A).contains($0)
            }
            if isPlain { try require(EnvironmentFile.parsed("\(name)=\(value)") == [name: value], "\(name)=\(value)") }
            kinds.insert("\(isPlain) \(value.isEmpty)")
        }
        return "\(min(variables.count, 3)) \(kinds.sorted())"
    }

    /// A journal as it may lie on the disk after a crash: every beginning of the file gives a beginning of the facts,
    /// and what is read can be written and read again. Lines of the input are read as intact records, too.
    static let journals: FuzzTarget = {
        let facts =
            JournalFormat.read(recorded("BAT-001.journal")).facts.prefix(12).compactMap {
                try? JSONEncoder().encode($0)
            }
        return FuzzTarget(
            "journals",
            seeds: [
                recorded("BAT-001.journal"), JournalFormat.magic,
                facts.map { [UInt8]($0) }.joined(separator: [0x0A]).map(\.self),
            ]
                + facts.map { [UInt8]($0) },
            tokens: [
                "BATJRNL1", "\n", #""seq":"#, #""time":"#, #""content":{"phase":{"_0":"ended"}}"#,
                #""utterance":{"_0":{"#, "\0\0\0\u{2}",
            ]
        ) { input in
            let contents = JournalFormat.read(input)
            try require((0...input.count).contains(contents.validLength), "\(contents.validLength) bytes are valid")
            let intact = JournalFormat.read(Array(input.prefix(contents.validLength)))
            try require(
                intact.facts == contents.facts && intact.validLength == contents.validLength, "its own part differs")
            let torn = JournalFormat.read(Array(input.prefix(Int(input.fingerprint % UInt64(input.count + 1)))))
            try require(contents.facts.starts(with: torn.facts), "a part of the file has other facts")

            var payloads: [UInt8] = JournalFormat.magic
            let lines = input.split(separator: 0x0A).prefix(20)
            for line in lines { payloads += record(line) }
            let read = JournalFormat.read(payloads)
            try require(read.validLength == payloads.count, "an intact file is cut at \(read.validLength)")
            try require(
                read.facts.count + read.unreadable == lines.count, "\(read.facts.count) of \(lines.count) records")
            let written =
                try JournalFormat.magic + (contents.facts + read.facts).flatMap { try JournalFormat.record($0) }
            try require(JournalFormat.read(written).facts == contents.facts + read.facts, "written, it has other facts")
            return "\(contents.validLength > 0) \(min(contents.facts.count, 3)) \(min(contents.unreadable, 2)) "
                + "\(read.facts.prefix(1).map { String("\($0.content)".prefix { $0 != "(" }) })"
        }
    }()

    private static func record(_ payload: ArraySlice<UInt8>) -> [UInt8] {
        func bigEndian(_ number: UInt32) -> [UInt8] { withUnsafeBytes(of: number.bigEndian) { Array($0) } }
        return bigEndian(UInt32(payload.count)) + bigEndian(CRC32.checksum(Data(payload))) + payload
    }

    /// BSON from the database: what is read can be written, and then always gives the same bytes; a session is decoded
    /// or refused.
    static let bson: FuzzTarget = {
        let all: BSONDocument = [
            "a": .double(1.5), "b": "text", "c": ["d": [1, true, .null]], "e": .binary([1, 2]), "f": .date(5),
            "g": .int64(1 << 40),
            "h": .foreign(type: 0x11, bytes: [1, 2, 3, 4, 5, 6, 7, 8]),
        ]
        return FuzzTarget(
            "bson",
            seeds: [
                BSONWriter.bytes(of: all), BSONWriter.bytes(of: [:]), recorded("session.bson"), recorded("facts.bson"),
            ],
            tokens: [
                "\u{3}a\0\u{5}\0\0\0\0", "\u{4}a\0\u{5}\0\0\0\0", "\u{2}b\0\u{1}\0\0\0\0", "\u{10}c\0\0\0\0\0",
                "\u{A}d\0",
            ]
        ) { input in
            var input = input
            // Otherwise the length of the whole would refuse nearly every input.
            if input.count >= 5, input.fingerprint % 8 != 0 {
                withUnsafeBytes(of: UInt32(input.count).littleEndian) { input.replaceSubrange(0..<4, with: $0) }
                input[input.count - 1] = 0
            }
            let document: BSONDocument
            do throws(BSONError) { document = try BSONReader.document(input) } catch {
                return "\(error)".prefix(24).description
            }
            let written = BSONWriter.bytes(of: document)
            let again = try BSONReader.document(written)
            try require(BSONWriter.bytes(of: again) == written, "written twice it differs")
            let record = try? BSONDecoder.decode(SessionRecord.self, from: document)
            let fact = try? BSONDecoder.decode(RecordedFact.self, from: document)
            let json = try? BSONDecoder.decode(JSONValue.self, from: document)
            return "\(min(document.elements.count, 5)) \(record != nil) \(fact != nil) \(json != nil)"
        }
    }()
}
