import CLinux
import Glibc

/// The WebSocket frames of one connection, as cheap as possible: parsed in place, written with one call per batch.
///
/// For peers that trust each other: every message is one frame, nothing is validated.
final class FrameStream {
    enum Opcode: UInt8 {
        case text = 1
        case binary = 2
        case close = 8
        case ping = 9
        case pong = 10
    }

    let descriptor: Int32
    private(set) var isOpen = true
    /// While set, the socket is not read, which simulates a client that hangs.
    var isDeaf = false
    private var input = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 << 10, alignment: 16)
    private var inputEnd = 0
    private var output: [UInt8] = []
    private var outputStart = 0

    init(descriptor: Int32) {
        self.descriptor = descriptor
        output.reserveCapacity(16 << 10)
    }

    deinit {
        input.deallocate()
        close(descriptor)
    }

    /// Whether queued bytes wait until the socket is writable.
    var hasBacklog: Bool { outputStart < output.count }

    // MARK: Reading

    /// Reads once and passes each complete frame to `body`, unmasked; the payload is valid only during the call.
    ///
    /// - Returns: false if the peer has closed the connection.
    func read(_ body: (Opcode, UnsafeMutableRawBufferPointer) throws -> Void) throws -> Bool {
        let count = recv(descriptor, input.baseAddress.map { $0 + inputEnd }, input.count - inputEnd, 0)
        if count < 0, errno == EAGAIN || errno == EINTR { return true }
        guard count > 0 else {
            isOpen = false
            return false
        }
        inputEnd += count
        var start = 0
        while let frame = nextFrame(&start) { try body(frame.0, frame.1) }
        if start > 0, start < inputEnd, let base = input.baseAddress {
            memmove(base, base + start, inputEnd - start)
        }
        inputEnd -= start
        if inputEnd == input.count { grow() }
        return true
    }

    private func nextFrame(_ start: inout Int) -> (Opcode, UnsafeMutableRawBufferPointer)? {
        let available = inputEnd - start
        guard available >= 2 else { return nil }
        let isMasked = input[start + 1] & 0x80 != 0
        var length = Int(input[start + 1] & 0x7F)
        var header = 2
        if length == 126 {
            guard available >= 4 else { return nil }
            length = Int(input[start + 2]) << 8 | Int(input[start + 3])
            header = 4
        } else if length == 127 {
            guard available >= 10 else { return nil }
            length = (2..<10).reduce(0) { $0 << 8 | Int(input[start + $1]) }
            header = 10
        }
        let maskAt = start + header
        if isMasked { header += 4 }
        guard available >= header + length else { return nil }
        let payload = UnsafeMutableRawBufferPointer(rebasing: input[(start + header)..<(start + header + length)])
        if isMasked {
            Self.unmask(payload, key: input.loadUnaligned(fromByteOffset: maskAt, as: UInt32.self))
        }
        let opcode = Opcode(rawValue: input[start] & 0x0F) ?? .close
        start += header + length
        return (opcode, payload)
    }

    static func unmask(_ payload: UnsafeMutableRawBufferPointer, key: UInt32) {
        guard key != 0, let base = payload.baseAddress else { return }
        let wide = UInt64(key) << 32 | UInt64(key)
        var index = 0
        while index + 8 <= payload.count {
            let word = base.loadUnaligned(fromByteOffset: index, as: UInt64.self) ^ wide
            base.storeBytes(of: word, toByteOffset: index, as: UInt64.self)
            index += 8
        }
        withUnsafeBytes(of: key) { key in
            while index < payload.count {
                payload[index] ^= key[index & 3]
                index += 1
            }
        }
    }

    private func grow() {
        let larger = UnsafeMutableRawBufferPointer.allocate(byteCount: input.count * 2, alignment: 16)
        larger.copyMemory(from: UnsafeRawBufferPointer(input))
        input.deallocate()
        input = larger
    }

    // MARK: Writing

    /// Queues bytes that are complete frames.
    func append(_ bytes: UnsafeRawBufferPointer) {
        output.append(contentsOf: bytes)
    }

    /// Queues one unmasked frame, as servers send it.
    func append(_ opcode: Opcode, _ payload: UnsafeRawBufferPointer) {
        appendHeader(opcode, length: payload.count, mask: nil)
        output.append(contentsOf: payload)
    }

    /// Queues the header of a frame whose payload follows with `append(_:)`.
    func appendHeader(_ opcode: Opcode, length: Int, mask: UInt32?) {
        Self.header(opcode, length: length, mask: mask) { output.append(contentsOf: $0) }
    }

    /// Passes the encoded header of a frame to `body`.
    static func header(_ opcode: Opcode, length: Int, mask: UInt32?, _ body: (UnsafeRawBufferPointer) -> Void) {
        withUnsafeTemporaryAllocation(byteCount: 14, alignment: 8) { room in
            let maskBit: UInt8 = mask == nil ? 0 : 0x80
            room[0] = 0x80 | opcode.rawValue
            var size = 2
            switch length {
            case ..<126: room[1] = maskBit | UInt8(truncatingIfNeeded: length)
            case ..<65_536:
                room[1] = maskBit | 126
                room.storeBytes(of: UInt16(truncatingIfNeeded: length).bigEndian, toByteOffset: 2, as: UInt16.self)
                size = 4
            default:
                room[1] = maskBit | 127
                room.storeBytes(of: UInt64(length).bigEndian, toByteOffset: 2, as: UInt64.self)
                size = 10
            }
            if let mask {
                room.storeBytes(of: mask, toByteOffset: size, as: UInt32.self)
                size += 4
            }
            body(UnsafeRawBufferPointer(rebasing: room[..<size]))
        }
    }

    /// Writes as much of the queue as the socket accepts.
    func flush() {
        guard hasBacklog else { return }
        let count = output.withUnsafeBytes { bytes in
            send(descriptor, bytes.baseAddress.map { $0 + outputStart }, bytes.count - outputStart, Int32(MSG_NOSIGNAL))
        }
        if count > 0 { outputStart += count }
        if outputStart == output.count {
            output.removeAll(keepingCapacity: true)
            outputStart = 0
        } else if outputStart > 1 << 20 {
            output.removeFirst(outputStart)
            outputStart = 0
        }
    }
}
