import CCrypto

/// Unpredictable masking keys, drawn 256 bytes at a time, because one draw per frame would cost more than the masking.
struct MaskingKeySource {
    private var pool = [UInt32](repeating: 0, count: 64)
    private var next = 64

    mutating func draw() -> MaskingKey {
        if next == pool.count {
            let drawn = pool.withUnsafeMutableBytes { bytes in
                RAND_bytes(bytes.bindMemory(to: UInt8.self).baseAddress, Int32(bytes.count))
            }
            // libcrypto can only fail here when the system has no entropy source; the system generator traps then.
            if drawn != 1 {
                var system = SystemRandomNumberGenerator()
                for index in pool.indices { pool[index] = system.next() }
            }
            next = 0
        }
        defer { next += 1 }
        return MaskingKey(word: pool[next])
    }
}
