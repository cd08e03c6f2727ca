public import Domain
import Foundation

/// What a `VR_INTERACTION` event does with a product, by whole names.
public struct Handover: Sendable {
    public enum Meaning: Sendable {
        /// The customer holds a product.
        case handedOver
        /// Perhaps.
        case offered
        case harmless
        /// A name that nobody has said anything about.
        case unknown
    }

    private let products: Set<String>
    private let others: Set<String>
    private let handovers: Set<String>
    private let offers: Set<String>
    private let harmless: Set<String>

    init(_ file: HandoverFile) {
        products = Set(file.products.joined().map(Self.plain))
        others = Set(file.others.joined().map(Self.plain))
        handovers = Set(file.handover.map(Self.plain))
        offers = Set(file.offers.map(Self.plain))
        harmless = Set(file.harmless.map(Self.plain))
    }

    /// Nil for an event of another kind, or one that names neither object nor action.
    ///
    /// - Parameter more: names of objects that are products, besides those of the content file.
    public func meaning(of event: SessionEvent, more: [String] = []) -> Meaning? {
        guard event.type == .vrInteraction, let object = event.data["interactedObject"]?.string,
            let action = event.data["action"]?.string
        else { return nil }
        let names = Self.names(object)
        let isProduct = names.contains { products.contains($0) } || more.contains { names.contains(Self.plain($0)) }
        let isOther = names.contains { others.contains($0) }
        let act = Self.plain(action)
        let isKnownAction = handovers.contains(act) || offers.contains(act) || harmless.contains(act)
        guard isKnownAction, isProduct || isOther else { return .unknown }
        guard isProduct, !harmless.contains(act) else { return .harmless }
        return handovers.contains(act) ? .handedOver : .offered
    }

    private static let prefixes = ["sm_", "sk_", "pf_", "bp_", "p_"]

    /// The name as it is, and with less and less of what Unity adds: «SM_GLO_Device_02 (Clone)».
    private static func names(_ object: String) -> [String] {
        var name = object.lowercased().trimmingCharacters(in: .whitespaces)
        var names = [name]
        if let prefix = prefixes.first(where: { name.hasPrefix($0) }) {
            name.removeFirst(prefix.count)
            names.append(name)
        }
        while true {
            let shorter = name.replacing(/\s*\((clone|\d+)\)$/, with: "").replacing(/[\s_.-]*\d+$/, with: "")
            guard shorter != name else { return names.map(plain) }
            name = shorter
            names.append(name)
        }
    }

    private static func plain(_ text: String) -> String {
        SpokenWords.folded(text).filter { $0.isLetter || $0.isNumber }
    }
}
