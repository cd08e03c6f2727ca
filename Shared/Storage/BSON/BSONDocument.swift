/// Keys and values in order. Commands and queries are literals of this type; values from outside enter them only as
/// strings, numbers and dates, never as documents.
struct BSONDocument: Hashable, Sendable, ExpressibleByDictionaryLiteral {
    struct Element: Hashable, Sendable {
        var key: String
        var value: BSONValue
    }

    var elements: [Element] = []

    init() {}

    init(_ elements: [(String, BSONValue)]) {
        self.elements = elements.map { Element(key: $0.0, value: $0.1) }
    }

    init(dictionaryLiteral elements: (String, BSONValue)...) {
        self.init(elements)
    }

    /// The last value if a hostile writer used the key twice.
    subscript(key: String) -> BSONValue? {
        get { elements.last { $0.key == key }?.value }
        set {
            if let newValue, let index = elements.lastIndex(where: { $0.key == key }) {
                elements[index].value = newValue
            } else {
                elements.removeAll { $0.key == key }
                if let newValue { elements.append(Element(key: key, value: newValue)) }
            }
        }
    }

    /// This document with the keys of `defaults` that it lacks, also in nested documents.
    ///
    /// - Parameter opaque: keys whose documents are not changed.
    func completed(with defaults: BSONDocument, except opaque: Set<String> = []) -> BSONDocument {
        var complete = self
        for element in defaults.elements {
            guard let own = self[element.key] else {
                complete.elements.append(element)
                continue
            }
            guard !opaque.contains(element.key), case .document(let inner) = own,
                case .document(let innerDefaults) = element.value
            else { continue }
            complete[element.key] = .document(inner.completed(with: innerDefaults))
        }
        return complete
    }
}
