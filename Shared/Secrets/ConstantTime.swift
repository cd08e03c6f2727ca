import CCrypto

/// Whether two secrets are equal, in a time that does not reveal where they differ. It does reveal whether their
/// lengths differ: compare digests if a length is secret.
public func constantTimeEquals(_ left: some Sequence<UInt8>, _ right: some Sequence<UInt8>) -> Bool {
    let left = Array(left)
    let right = Array(right)
    return left.count == right.count && CRYPTO_memcmp(left, right, left.count) == 0
}

/// The same for the UTF-8 of two texts.
public func constantTimeEquals(_ left: some StringProtocol, _ right: some StringProtocol) -> Bool {
    constantTimeEquals(left.utf8, right.utf8)
}
