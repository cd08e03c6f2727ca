/// Entries of a sound log that wait to be written.
public struct SoundBuffer: Sendable {
    public private(set) var bytes: [UInt8] = []

    public init() {}

    public var isEmpty: Bool { bytes.isEmpty }

    /// What waits; nothing waits afterwards.
    public mutating func take() -> [UInt8] {
        defer { bytes = [] }
        return bytes
    }

    public mutating func begin() { add(.begin, 0, 0, 0) }

    /// - Parameters:
    ///   - audio: whole samples.
    ///   - arrivedAt: when the last of it arrived, in milliseconds since the session began.
    public mutating func addTrainee(_ audio: some Collection<UInt8>, arrivedAt: Int) {
        guard audio.count <= SoundEntry.longestAudio else { return }
        add(.trainee, 0, arrivedAt, audio.count)
        bytes += audio
    }

    /// - Parameter startsAt: when the trainee begins to hear it, in milliseconds since the session began.
    public mutating func addCustomer(_ audio: some Collection<UInt8>, item: UInt32, startsAt: Int) {
        guard audio.count <= SoundEntry.longestAudio else { return }
        add(.customer, item, startsAt, audio.count)
        bytes += audio
    }

    /// - Parameters:
    ///   - startedAt: when the trainee began to hear the item, in milliseconds since the session began.
    ///   - milliseconds: how much of it was heard.
    public mutating func addHeard(item: UInt32, startedAt: Int, milliseconds: Int) {
        add(.heard, item, startedAt, milliseconds)
    }

    /// - Parameters:
    ///   - offset: how much of the item was heard before the client was gone, in milliseconds.
    ///   - time: when the trainee heard the rest begin, in milliseconds since the session began.
    public mutating func addResumed(item: UInt32, offset: Int, at time: Int) {
        add(.resumed, item, time, offset)
    }

    private mutating func add(_ kind: SoundEntry.Kind, _ item: UInt32, _ time: Int, _ length: Int) {
        bytes.append(kind.rawValue)
        for number in [item, UInt32(bitPattern: Int32(clamping: time)), UInt32(clamping: length)] {
            withUnsafeBytes(of: number.littleEndian) { bytes += $0 }
        }
    }
}
