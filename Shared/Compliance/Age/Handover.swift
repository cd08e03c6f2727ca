public import Domain
import Foundation

/// What a `VR_INTERACTION` event does with a product. Objects and actions are compared by their whole names.
public struct Handover: Sendable {
    public enum Meaning: Sendable {
        /// The customer holds a product.
        case handedOver
        /// The customer perhaps holds a product.
        case offered
        case harmless
        /// An object or action that the content file does not list.
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

    /// Nil for an event of another type, or one without an object or an action.
    ///
    /// - Parameter more: names of objects that are products, in addition to those of the content file.
    public func meaning(of event: SessionEvent, more: [String] = []) -> Meaning? {
        guard event.type == .vrInteraction, let object = event.data["interactedObject"]?.string,
            let action = event.data["action"]?.string
        else { return nil }
        let names = Self.names(object)
        let isProduct = isProduct(names, more: more)
        let isOther = names.contains { others.contains($0) }
        guard !names.isEmpty, let act = Self.plainAction(action) else { return .unknown }
        let isKnownAction = handovers.contains(act) || offers.contains(act) || harmless.contains(act)
        guard isKnownAction, isProduct || isOther else { return .unknown }
        guard isProduct, !harmless.contains(act) else { return .harmless }
        return handovers.contains(act) ? .handedOver : .offered
    }

    /// - Parameter names: as `names` returns them.
    func isProduct(_ names: [String], more: [String]) -> Bool {
        names.contains { products.contains($0) } || more.contains { names.contains(Self.plain($0)) }
    }

    /// Whether the content file lists an object of this name.
    func knows(object name: String) -> Bool {
        products.contains(Self.plain(name)) || others.contains(Self.plain(name))
    }

    private static let prefixes = ["sm_", "sk_", "pf_", "bp_", "p_"]

    /// In characters. No object of a scene has a longer name, and comparing a name costs time.
    private static let longestName = 128
    /// «(Clone) (1)_02»: Unity and artists add no more parts than this.
    private static let mostAdditions = 6

    /// The name as it is, then with one part after another of what Unity adds removed: «SM_GLO_Device_02 (Clone)».
    static func names(_ object: String) -> [String] {
        guard object.utf8.count <= 4 * longestName else { return [] }
        var name = object.lowercased().trimmingCharacters(in: .whitespaces)
        guard name.count <= longestName else { return [] }
        var names = [name]
        if let prefix = prefixes.first(where: { name.hasPrefix($0) }) {
            name.removeFirst(prefix.count)
            names.append(name)
        }
        for _ in 0..<mostAdditions {
            guard let shorter = withoutAddition(name) else { break }
            name = shorter
            names.append(name)
        }
        return names.map(plain)
    }

    /// Nil where nothing was added.
    private static func withoutAddition(_ name: String) -> String? {
        var rest = name[...]
        if rest.last == ")", let open = rest.lastIndex(of: "(") {
            let inside = rest[rest.index(after: open)...].dropLast()
            guard inside == "clone" || !inside.isEmpty && inside.allSatisfy(\.isNumber) else { return nil }
            rest = rest[..<open]
            while rest.last?.isWhitespace == true { rest.removeLast() }
            return String(rest)
        }
        while rest.last?.isNumber == true { rest.removeLast() }
        guard rest.count < name.count else { return nil }
        while rest.last.map({ $0.isWhitespace || "_.-".contains($0) }) == true { rest.removeLast() }
        return String(rest)
    }

    /// Nil for an action of absurd length.
    static func plainAction(_ action: String) -> String? {
        action.utf8.count <= 4 * longestName ? plain(action) : nil
    }

    static func plain(_ text: String) -> String {
        SpokenWords.folded(text).filter { $0.isLetter || $0.isNumber }
    }
}
