public import Foundation

/// Speech from a WAV file, converted to our format.
public enum WAVFile {
    public enum Failure: Error, CustomStringConvertible {
        case notWAV
        case unsupported(String)

        public var description: String {
            switch self {
            case .notWAV: "this is not a WAV file"
            case .unsupported(let what): "the WAV file is \(what); 16 bit PCM is needed"
            }
        }
    }

    /// - Parameter data: a RIFF file with 16 bit PCM, any rate, any number of channels (the first is used).
    public static func samples(_ data: Data) throws(Failure) -> [Int16] {
        let bytes = [UInt8](data)
        func number(_ at: Int, _ count: Int) -> Int {
            guard at >= 0, at + count <= bytes.count else { return 0 }
            return bytes[at..<at + count].reversed().reduce(0) { $0 << 8 | Int($1) }
        }
        func name(_ at: Int) -> String {
            String(decoding: bytes[min(at, bytes.count)..<min(at + 4, bytes.count)], as: UTF8.self)
        }
        guard bytes.count >= 12, name(0) == "RIFF", name(8) == "WAVE" else { throw .notWAV }
        var at = 12
        var rate = 0
        var channels = 0
        while at + 8 <= bytes.count {
            // A program that writes to a pipe does not know the size and declares a huge one.
            let size = min(number(at + 4, 4), bytes.count - at - 8)
            if name(at) == "fmt " {
                guard [1, 0xFFFE].contains(number(at + 8, 2)) else { throw .unsupported("not plain PCM") }
                guard number(at + 22, 2) == 16 else { throw .unsupported("\(number(at + 22, 2)) bit") }
                channels = number(at + 10, 2)
                rate = number(at + 12, 4)
            } else if name(at) == "data" {
                guard channels > 0, rate > 0 else { throw .notWAV }
                let all = PCM16.samples(Data(bytes[(at + 8)..<(at + 8 + size)]))
                return Resampling.toOurRate(stride(from: 0, to: all.count, by: channels).map { all[$0] }, from: rate)
            }
            at += 8 + size + size % 2
        }
        throw .notWAV
    }
}
