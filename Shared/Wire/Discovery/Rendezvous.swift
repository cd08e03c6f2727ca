/// Rendezvous hashing: every process picks the same instance for a key, and when instances come or go only the keys of
/// those move.
public enum Rendezvous {
    /// The instance for `key`; nil when there is none.
    public static func pick(for key: String, among instances: some Sequence<String>) -> String? {
        instances.max { (weight(of: $0, for: key), $0) < (weight(of: $1, for: key), $1) }
    }

    /// How strongly a key prefers an instance.
    ///
    /// FNV-1a (http://www.isthe.com/chongo/tech/comp/fnv/), then the finaliser of MurmurHash3, because FNV alone leaves
    /// names that differ in their last letter close together. Swift's own hash differs from process to process.
    public static func weight(of instance: String, for key: String) -> UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in [Array(key.utf8), [0], Array(instance.utf8)].joined() {
            hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3
        }
        hash = (hash ^ (hash >> 33)) &* 0xff51_afd7_ed55_8ccd
        hash = (hash ^ (hash >> 33)) &* 0xc4ce_b9fe_1a85_ec53
        return hash ^ (hash >> 33)
    }
}
