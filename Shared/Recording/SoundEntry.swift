/// One entry of a call's sound log: what the relay writes while a recorded call goes on, in the order in which it
/// happened.
///
/// On disk it is 13 bytes and the audio: kind (1 byte), item (4), milliseconds (4), length (4), all little-endian. Audio
/// is PCM16 mono with 24,000 samples a second. Times are milliseconds since the session began.
public enum SoundEntry: Equatable, Sendable {
    /// A process began, or took over. It numbers the customer's items from 1.
    case begin
    /// The trainee's audio, and when the last of it arrived.
    case trainee(audio: Range<Int>, arrivedAt: Int)
    /// The customer's audio, and when the trainee begins to hear it, by the estimate of that moment.
    case customer(item: UInt32, audio: Range<Int>, startsAt: Int)
    /// The customer's item is over: when the trainee began to hear it, and how many milliseconds of it.
    case heard(item: UInt32, startedAt: Int, milliseconds: Int)
    /// The client was gone in the middle of the customer's item, after `offset` milliseconds of it: when the trainee heard
    /// the rest begin. A later entry of the same place corrects an earlier one.
    case resumed(item: UInt32, offset: Int, at: Int)
}

extension SoundEntry {
    static let headerLength = 13
    /// Bytes. No message carries more audio at once.
    static let longestAudio = 32 << 20

    enum Kind: UInt8 {
        case begin = 1
        case trainee, customer, heard, resumed
    }

    /// Reads the entry at a position. Its audio is a range of positions in the same bytes.
    ///
    /// - Returns: the entry and the position behind it; nil at the end, and where a process died while writing.
    static func read(_ bytes: UnsafeRawBufferPointer, at position: Int) -> (entry: SoundEntry, next: Int)? {
        guard position >= 0, bytes.count - position >= headerLength else { return nil }
        func number(_ offset: Int) -> UInt32 {
            UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: position + offset, as: UInt32.self))
        }
        guard let kind = Kind(rawValue: bytes[position]), let length = Int(exactly: number(9)) else { return nil }
        let (item, time, start) = (number(1), Int(Int32(bitPattern: number(5))), position + headerLength)
        switch kind {
        case .begin: return (.begin, start)
        case .heard: return (.heard(item: item, startedAt: time, milliseconds: length), start)
        case .resumed: return (.resumed(item: item, offset: length, at: time), start)
        case .trainee, .customer:
            guard length <= longestAudio, length <= bytes.count - start else { return nil }
            let audio = start..<start + length
            return (
                kind == .trainee
                    ? .trainee(audio: audio, arrivedAt: time) : .customer(item: item, audio: audio, startsAt: time),
                audio.upperBound
            )
        }
    }
}
