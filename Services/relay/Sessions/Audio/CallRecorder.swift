import Conversation
import Domain
import NIOCore
import Recording

/// Writes down the sound of a call of which the trainee was told that it is recorded. Runs on the session's event loop;
/// the disk has a thread of its own.
final class CallRecorder {
    /// Bytes that are handed to the disk at once, about two seconds of a call.
    private static let handful = 128 << 10

    private struct Item {
        var number: UInt32
        /// The next audio with its id is another item's.
        var isOver = false
    }

    private let file: SoundFile
    private var buffer = SoundBuffer()
    /// The customer's items by their ids, numbered by their order.
    private var items: [String: Item] = [:]
    private var last: UInt32 = 0
    private var customerSamples = WholeSamples()

    init(_ file: SoundFile) {
        self.file = file
        buffer.begin()
    }

    /// - Parameter base64: whole samples.
    func traineeSpoke(_ base64: UnsafeRawBufferPointer, at now: SessionTime) {
        guard let audio = Base64Text.bytes(of: base64) else { return }
        buffer.addTrainee(audio, arrivedAt: now.milliseconds)
        handOn(atLeast: Self.handful)
    }

    /// - Parameter playedAt: when the client will have played it, by our estimate.
    func customerSpoke(_ base64: UnsafeRawBufferPointer, of item: String, playedAt: SessionTime) {
        guard let audio = Base64Text.bytes(of: base64) else { return }
        let startsAt = playedAt.milliseconds - PCM.milliseconds(audio.count)
        let number = items[item].flatMap { $0.isOver ? nil : $0.number } ?? open(item)
        if customerSamples.passes(audio.count) {
            buffer.addCustomer(audio, item: number, startsAt: startsAt)
        } else {
            audio.withUnsafeBytes { bytes in
                customerSamples.take(bytes) { buffer.addCustomer($0, item: number, startsAt: startsAt) }
            }
        }
        handOn(atLeast: Self.handful)
    }

    /// The client was gone while an item played, and plays the rest from then on.
    func resumed(_ item: String, offsetMs: Int, at time: SessionTime) {
        guard let number = items[item]?.number else { return }
        buffer.addResumed(item: number, offset: offsetMs, at: time.milliseconds)
    }

    /// An item is over. Another one may have its id afterwards; until then this one may be corrected.
    func heard(_ item: String, from start: SessionTime, milliseconds: Int) {
        guard let number = items[item]?.number else { return }
        items[item]?.isOver = true
        buffer.addHeard(item: number, startedAt: start.milliseconds, milliseconds: milliseconds)
    }

    /// Hands everything to the disk. The session is over, or goes on in another process.
    func finish() {
        handOn(atLeast: 1)
        file.close()
    }

    /// The session was erased: deletes what is on the disk, and writes nothing more.
    func discard() {
        _ = buffer.take()
        file.discard()
    }

    private func open(_ item: String) -> UInt32 {
        last &+= 1
        items[item] = Item(number: last)
        customerSamples = WholeSamples()
        return last
    }

    private func handOn(atLeast count: Int) {
        if buffer.bytes.count >= count { file.append(buffer.take()) }
    }
}
