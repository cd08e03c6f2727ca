import JSON

/// The audio between a client and a server that takes or sends it at another rate, as base64 both ways.
struct ServerRates {
    /// Shared by all connections.
    struct Filters: Sendable {
        let toServer: RateConverter.Filter?
        let fromServer: RateConverter.Filter?

        /// Nil when the server has the client's rate both ways.
        init?(_ profile: ProviderProfile) {
            toServer = RateConverter.Filter(from: ProviderProfile.clientRate, to: profile.inputRate)
            fromServer = RateConverter.Filter(from: profile.outputRate, to: ProviderProfile.clientRate)
            if toServer == nil, fromServer == nil { return nil }
        }
    }

    private var input: RateConverter?
    private var output: RateConverter?
    /// The item of the last audio from the server. The filter starts over with each item.
    private var item: [UInt8] = []

    init(_ filters: Filters) {
        input = filters.toServer.map { RateConverter($0) }
        output = filters.fromServer.map { RateConverter($0) }
    }

    /// The trainee's audio for the server; nil when it stays as it is.
    mutating func toServer(_ base64: UnsafeRawBufferPointer) -> [UInt8]? {
        guard input != nil else { return nil }
        return Self.converted(base64) { input?.convert($0) ?? [] }?.base64 ?? []
    }

    /// The customer's audio for the client, with the number of its bytes; nil when it stays as it is.
    mutating func fromServer(
        _ base64: UnsafeRawBufferPointer, of id: UnsafeRawBufferPointer
    ) -> (base64: [UInt8], byteCount: Int)? {
        guard output != nil else { return nil }
        if !item.elementsEqual(id) {
            item = Array(id)
            output?.reset()
        }
        return Self.converted(base64) { output?.convert($0) ?? [] } ?? ([], 0)
    }

    private static func converted(
        _ base64: UnsafeRawBufferPointer, _ convert: (UnsafeRawBufferPointer) -> [UInt8]
    ) -> (base64: [UInt8], byteCount: Int)? {
        let tidy = Base64Text.byteCount(of: base64) == nil ? Base64Text.tidied(base64) : nil
        let audio =
            tidy.flatMap { $0.withUnsafeBytes { Base64Text.bytes(of: $0) } } ?? Base64Text.bytes(of: base64)
        guard let audio, !audio.isEmpty else { return nil }
        let converted = audio.withUnsafeBytes(convert)
        let length = Base64Text.length(ofBytes: converted.count)
        let text = [UInt8](unsafeUninitializedCapacity: length) { buffer, count in
            converted.withUnsafeBytes { Base64Text.encode($0, into: UnsafeMutableRawBufferPointer(buffer)) }
            count = length
        }
        return (text, converted.count)
    }
}
