import Foundation

/// The input that is being read, in a file that outlives the process: a trap leaves it behind.
final class CurrentInput {
    private static let header = MemoryLayout<UInt64>.size
    private static let size = header + Mutator.longest

    let url: URL
    private let memory: UnsafeMutableRawPointer

    /// - Throws: `Broken` if the file cannot be made.
    init(of target: FuzzTarget, in folder: URL) throws {
        url = folder.appending(path: "\(target.name).\(getpid()).running")
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

    /// What processes that are gone left behind; their files are removed.
    static func left(by target: FuzzTarget, in folder: URL) throws -> [[UInt8]] {
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        return names.sorted().compactMap { name in
            let parts = name.split(separator: ".")
            guard parts.count == 3, parts[0] == target.name, parts[2] == "running", let pid = Int32(parts[1]),
                kill(pid, 0) != 0
            else { return nil }
            let url = folder.appending(path: name)
            defer { try? FileManager.default.removeItem(at: url) }
            return input(in: url)
        }
    }

    private static func input(in url: URL) -> [UInt8]? {
        guard let bytes = (try? Data(contentsOf: url)).map({ [UInt8]($0) }), bytes.count == size else { return nil }
        let count = Int(bytes.withUnsafeBytes { $0.load(as: UInt64.self) })
        return (1...Mutator.longest).contains(count) ? Array(bytes[header..<(header + count)]) : nil
    }
}
