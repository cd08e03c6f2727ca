import Secrets
import Testing

@Suite struct SHA256Tests {
    /// FIPS 180-4, examples of NIST's Cryptographic Standards and Guidelines.
    @Test(arguments: [
        ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        ),
    ])
    func `digests match the standard`(text: String, digest: String) {
        #expect(SHA256.hex(of: text) == digest)
        #expect(SHA256.hex(of: Array(text.utf8)) == digest)
    }

    @Test func `the digest of a million letters matches the standard`() {
        #expect(
            SHA256.hex(of: repeatElement(UInt8(ascii: "a"), count: 1_000_000))
                == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
    }
}

@Suite struct HMACSHA256Tests {
    /// RFC 4231, test cases 1, 2, 3, 6 and 7.
    @Test(arguments: [
        (
            [UInt8](repeating: 0x0b, count: 20), [UInt8]("Hi There".utf8),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
        ),
        (
            [UInt8]("Jefe".utf8), [UInt8]("what do ya want for nothing?".utf8),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        ),
        (
            [UInt8](repeating: 0xaa, count: 20), [UInt8](repeating: 0xdd, count: 50),
            "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"
        ),
        (
            [UInt8](repeating: 0xaa, count: 131),
            [UInt8]("Test Using Larger Than Block-Size Key - Hash Key First".utf8),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
        ),
        (
            [UInt8](repeating: 0xaa, count: 131),
            [UInt8](
                ("This is a test using a larger than block-size key and a larger than block-size data. "
                    + "The key needs to be hashed before being used by the HMAC algorithm.").utf8),
            "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"
        ),
    ])
    func `codes match RFC 4231`(key: [UInt8], text: [UInt8], code: String) {
        #expect(HMACSHA256.hex(of: text, key: key) == code)
        #expect(HMACSHA256.isValid(HMACSHA256.code(of: text, key: key), of: text, key: key))
    }

    @Test func `an empty key and an empty text have a code`() {
        // Python: hmac.new(b"", b"", "sha256").hexdigest()
        #expect(HMACSHA256.hex(of: "", key: "") == "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad")
    }

    @Test func `another key, another text or a shorter code is not valid`() {
        let code = HMACSHA256.code(of: "text".utf8, key: "key".utf8)
        #expect(!HMACSHA256.isValid(code, of: "text".utf8, key: "kez".utf8))
        #expect(!HMACSHA256.isValid(code, of: "texu".utf8, key: "key".utf8))
        #expect(!HMACSHA256.isValid(Array(code.dropLast()), of: "text".utf8, key: "key".utf8))
    }
}

@Suite struct ConstantTimeTests {
    @Test func `equal secrets are equal, and nothing else is`() {
        #expect(constantTimeEquals("s3cret", "s3cret"))
        #expect(constantTimeEquals("", ""))
        #expect(!constantTimeEquals("s3cret", "s3creT"))
        #expect(!constantTimeEquals("s3cret", "s3cre"))
        #expect(!constantTimeEquals("", "s"))
        // Swift's == considers these equal, but secrets are compared by bytes.
        #expect(!constantTimeEquals("\u{e9}", "e\u{301}"))
    }
}

@Suite struct RandomTokenTests {
    @Test func `a token is 256 bits in 43 URL-safe characters`() throws {
        let token = try RandomToken.make()
        #expect(token.utf8.count == 43)
        #expect(Base64URL.decode(token)?.count == 32)
    }

    @Test func `all tokens differ, and every bit is used`() throws {
        let tokens = try (0..<500).map { _ in try RandomToken.make() }
        #expect(Set(tokens).count == tokens.count)
        var ones = [Int](repeating: 0, count: 256)
        for token in tokens {
            for (index, byte) in try #require(Base64URL.decode(token)).enumerated() {
                for bit in 0..<8 where byte & (1 << UInt8(bit)) != 0 { ones[index * 8 + bit] += 1 }
            }
        }
        // A fair bit of 500 samples falls outside this range with a probability below 10⁻¹⁷.
        #expect(ones.allSatisfy { (150...350).contains($0) })
    }
}

@Suite struct Base64URLTests {
    /// RFC 4648 section 10, without padding, and the two letters that differ from base64.
    @Test(arguments: [
        ("", ""), ("f", "Zg"), ("fo", "Zm8"), ("foo", "Zm9v"), ("foob", "Zm9vYg"), ("fooba", "Zm9vYmE"),
        ("foobar", "Zm9vYmFy"),
    ])
    func `text matches RFC 4648`(plain: String, text: String) {
        #expect(Base64URL.encode(plain.utf8) == text)
        #expect(Base64URL.decode(text) == Array(plain.utf8))
    }

    @Test func `the last two letters are hyphen and underscore`() {
        #expect(Base64URL.encode([0xfb, 0xff]) == "-_8")
        #expect(Base64URL.decode("-_8") == [0xfb, 0xff])
    }

    @Test(arguments: ["Z", "Zh", "Zm9", "Zg==", "Zm 8", "+/8", "Zm9vY", "é"])
    func `text that encoding would not produce is refused`(text: String) {
        #expect(Base64URL.decode(text) == nil)
    }
}
