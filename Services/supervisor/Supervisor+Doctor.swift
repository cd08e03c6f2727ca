import Bootstrap
import Foundation
import HTTPClient
import Logging
import OpenAI

extension Supervisor {
    static func diagnoses(_ config: Settings, _ logger: Logger) async throws -> [Diagnosis] {
        let configuration = try SupervisorConfiguration(config)
        _ = try configuration.complianceCatalog()
        let asked = Date()
        do {
            let entry = try await ModelList(
                configuration.openAI, client: HTTPClient(rules: configuration.outgoing)
            ).entry()
            let model = Diagnosis.model(
                "SUPERVISOR_MODEL", configuration.openAI.model, isListed: entry.isListed, shutdown: entry.shutdown,
                now: asked)
            let clock = entry.serverTime.map {
                Diagnosis.clock($0, of: "the model API", asked: asked, answered: Date(), resolution: 1)
            }
            return [model] + [clock].compactMap(\.self)
        } catch let error as OpenAIError where error.code == .unauthorized {
            return [
                .wrong("OPENAI_API_KEY", "is refused: \(error)", do: "Set a key that is valid and may use the models.")
            ]
        } catch let error as OpenAIError where error.status == 404 {
            return [.fine("SUPERVISOR_MODEL", "\(configuration.openAI.model); the server has no list of models")]
        } catch {
            return [
                .wrong(
                    "OPENAI_BASE_URL", "\(configuration.openAI.baseURL) does not answer: \(error)",
                    do: "Look at the address, and at HTTPS_PROXY and CA_FILE.")
            ]
        }
    }
}
