import Foundation

/// The input that is being read, in a file that outlives the process: a trap leaves it behind.
final class CurrentInput {
    private static let header = MemoryLayout<UInt64>.size
    private static let size = header + Mutator.longest

    let url: URL
    private let memory: UnsafeMutableRawPointer

    /// - Throws: `Broken` if the file cannot be made.
    init(_ url: URL) throws {
        self.url = url
        let descriptor = open(url.path, O_RDWR | O_CREAT, 0o600)
        guard descriptor >= 0, ftruncate(descriptor, off_t(Self.size)) == 0,
            let memory = mmap(nil, Self.size, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0), memory != MAP_FAILED
        else { throw Broken("\(url.path) cannot be made") }
        close(descriptor)
        self.memory = memory
    }

    deinit {
        munmap(memory, Self.size)
        // What a process that lives on leaves was no crash.
        try? FileManager.default.removeItem(at: url)
    }

    func set(_ bytes: [UInt8]) {
        let count = min(bytes.count, Mutator.longest)
        memory.storeBytes(of: UInt64(count), as: UInt64.self)
        bytes.withUnsafeBytes { source in
            guard let base = source.baseAddress, count > 0 else { return }
            (memory + Self.header).copyMemory(from: base, byteCount: count)
        }
    }

    /// What a process that died left behind; nil if there is none.
    static func left(at url: URL) -> [UInt8]? {
        guard let bytes = (try? Data(contentsOf: url)).map({ [UInt8]($0) }), bytes.count == size else { return nil }
        let count = Int(bytes.withUnsafeBytes { $0.load(as: UInt64.self) })
        return count <= Mutator.longest ? Array(bytes[header..<(header + count)]) : nil
    }
}
