// swift-tools-version: 6.1
import PackageDescription

// The dependency rule: a service imports Shared libraries and no other service; a Shared library imports Domain and JSON
// and no other Shared library, except OpenAI (on HTTPClient), HTTPClient, WebSocket and Bootstrap (on Outgoing),
// Traces (on HTTPClient and Secrets), Compliance (on Secrets), Intake and Prompts (on Compliance); Domain imports JSON and Foundation; JSON imports Foundation.
// `deploy/test` builds with `--explicit-target-dependency-import-check error`, so the compiler refuses the rest.

let package = Package(
    name: "bat-vr-trainer",
    products: ["Gateway", "Relay", "Supervisor", "Scoring", "Reports"].map {
        .executable(name: $0.lowercased(), targets: ["\($0)Service"])
    } + [
        .executable(name: "openai-simulator", targets: ["Simulator"]),
        .executable(name: "demo-call", targets: ["DemoCall"]),
        .executable(name: "chaos", targets: ["Chaos"]),
        .executable(name: "bench", targets: ["Bench"]),
        .executable(name: "rules", targets: ["RuleCheck"]),
        .executable(name: "prompts", targets: ["PromptCheck"]),
    ],
    dependencies: [
        .package(url: "https://github.com/hummingbird-project/hummingbird.git", from: "2.28.1"),
        .package(url: "https://github.com/apple/swift-nio.git", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl.git", from: "2.37.6"),
        .package(url: "https://github.com/apple/swift-nio-extras.git", from: "1.35.2"),
        .package(url: "https://github.com/apple/swift-http-types.git", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log.git", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics.git", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-configuration.git", from: "1.4.0"),
        .package(url: "https://github.com/apple/swift-argument-parser.git", from: "1.8.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle.git", from: "2.13.0"),
        .package(url: "https://github.com/jpsim/Yams.git", from: "6.2.2"),
        .package(url: "https://github.com/HdrHistogram/hdrhistogram-swift.git", from: "0.2.0"),
    ],
    targets: [
        .system("CMongo", pkgConfig: "libmongoc-1.0", apt: "libmongoc-dev"),
        .system("CCurl", pkgConfig: "libcurl", apt: "libcurl4-openssl-dev"),
        .system("CHaru", pkgConfig: nil, apt: "libhpdf-dev"),  // Debian 12 ships no .pc file; the module map links hpdf
        .system("CCrypto", pkgConfig: "libcrypto", apt: "libssl-dev"),
        .system("CArchive", pkgConfig: "libarchive", apt: "libarchive-dev"),
        .system("CX509", pkgConfig: "libcrypto", apt: "libssl-dev"),

        .shared("JSON", domain: false),
        .shared("Domain", ["JSON"], domain: false),
        .shared("Wire", [.nioCore, .nioPosix, .logging, .lifecycle]),
        .shared(
            "WebSocket",
            [
                .nioCore, .nioPosix, .nioHTTP1, .nioSSL, .httpTypes, .nioHTTPTypes, .nioHTTPTypesHTTP1,
                .hummingbirdCore, "CCrypto", "Outgoing",
            ], domain: false),
        .shared("Outgoing", ["CX509"], domain: false),
        .shared("HTTPClient", ["CCurl", "Outgoing"], domain: false),
        .shared("OpenAI", ["HTTPClient", .logging, .lifecycle]),
        .shared("Secrets", ["CCrypto"], domain: false),
        .shared("Traces", ["HTTPClient", "Secrets", .logging, .lifecycle], domain: false),
        .shared("Storage", ["CMongo", .yams, .logging, .lifecycle]),
        // Two processes compile thousands of phrases at their start, which takes three times as long unoptimized.
        .shared("Compliance", ["Secrets", .yams], optimized: true),
        .shared("Intake", ["Storage", "Compliance"]),
        .shared("Prompts", ["Compliance"]),
        .shared("Recording"),
        .shared("Bootstrap", ["Outgoing", .configuration, .argumentParser, .logging, .metrics, .lifecycle]),

        .service(
            "Gateway",
            [
                "Storage", "Recording", "WebSocket", "HTTPClient", "Outgoing", "Secrets", "Compliance", "Intake",
                "Traces",
                .hummingbird, .hummingbirdCore, .hummingbirdTLS, .httpTypes, .nioCore, .nioPosix, .nioHTTPTypes,
                .nioSSL,
            ], resources: ["Dashboard", "API", "WebClient", "Practice"], exclude: ["UnityClient"]),
        .target(
            name: "Conversation", dependencies: ["Domain"], path: "Services/relay/Conversation", swiftSettings: .house),
        .service(
            "Relay",
            [
                "Conversation", "Storage", "Recording", "WebSocket", "Outgoing", "Compliance", "Intake", "Secrets",
                "HTTPClient", "Traces", .nioCore, .nioPosix,
            ],
            exclude: ["Conversation"]),
        .service("Supervisor", ["OpenAI", "HTTPClient", "Outgoing", "Compliance", "Prompts", "Traces"]),
        .service(
            "Scoring", ["OpenAI", "HTTPClient", "Outgoing", "Compliance", "Prompts", "Storage", "Secrets", "Traces"]),
        .service(
            "Reports", ["Storage", "Recording", "HTTPClient", "Outgoing", "Secrets", "Traces", "CHaru", "CArchive"]),

        .executableTarget(
            name: "Simulator",
            dependencies: [
                "Domain", "SeededRandom", "Speech", "WebSocket", .argumentParser, .hummingbird, .httpTypes, .nioCore,
                .logging,
            ],
            path: "Tests/Tools/Simulator", swiftSettings: .house),
        .target(name: "Speech", path: "Tests/Tools/Speech", swiftSettings: .house),
        .target(name: "SeededRandom", path: "Tests/Tools/SeededRandom", swiftSettings: .house),
        .target(
            name: "TrainingClient",
            dependencies: ["Domain", "Speech", "WebSocket", "HTTPClient", .nioCore],
            path: "Tests/Tools/TrainingClient", swiftSettings: .house),
        .executableTarget(
            name: "DemoCall", dependencies: ["Domain", "Speech", "TrainingClient", .argumentParser],
            path: "Tests/Tools/DemoCall", swiftSettings: .house),
        .executableTarget(
            name: "Chaos",
            dependencies: [
                "Domain", "Storage", "HTTPClient", "WebSocket", "SeededRandom", "Speech", "TrainingClient",
                "TestSupport",
                .argumentParser, .logging, .nioCore, .nioPosix,
            ],
            path: "Tests/Tools/Chaos", swiftSettings: .house),
        .executableTarget(
            name: "RuleCheck", dependencies: ["Domain", "Compliance", .argumentParser], path: "Tests/Tools/RuleCheck",
            swiftSettings: .house),
        .executableTarget(
            name: "PromptCheck",
            dependencies: ["Domain", "Compliance", "Conversation", "Prompts", "Storage", .argumentParser],
            path: "Tests/Tools/PromptCheck", swiftSettings: .house),
        .systemLibrary(name: "CLinux", path: "Tests/Tools/CLinux"),
        .executableTarget(
            name: "Bench",
            dependencies: [
                "Domain", "TrainingClient", "TestSupport", "CCrypto", "CLinux", .argumentParser, .histogram,
            ],
            path: "Tests/Tools/Bench", exclude: ["Baselines"], swiftSettings: .house),
        .target(
            name: "TestSupport", dependencies: ["Domain", "Wire", "Storage", .nioCore, .nioPosix, .nioSSL],
            path: "Tests/Tools/Support", swiftSettings: .house),

        .tests("JSON"),
        .tests("Domain"),
        .tests("Wire", [.nioCore, .nioEmbedded, .logging, .lifecycle]),
        .tests("WebSocket", ["Outgoing", .nioCore, .nioPosix, .nioEmbedded, .nioSSL, .logging, .hummingbird]),
        .tests("Outgoing"),
        .tests("Recording"),
        .tests("HTTPClient", ["Outgoing", .nioSSL]),
        .tests("OpenAI", ["HTTPClient"]),
        .tests("Secrets"),
        .tests("Traces", ["HTTPClient", .logging, .lifecycle]),
        .tests("Storage", [.logging, .lifecycle]),
        .tests("Compliance", ["RuleCheck", "SeededRandom"]),
        .tests("Prompt", module: "PromptCheck", ["Compliance", "Conversation", "Prompts", "Storage"]),
        .tests("Bootstrap", ["Outgoing", .logging, .metrics]),
        .tests(
            "Gateway", module: "GatewayService",
            [
                "Bootstrap", "Wire", "Storage", "SeededRandom", "WebSocket", .hummingbird, .hummingbirdTesting,
                .httpTypes, .nioHTTPTypes, .lifecycle, .nioCore, .nioPosix, .nioEmbedded, .logging,
            ]),
        .tests(
            "Relay", module: "RelayService",
            [
                "Conversation", "Bootstrap", "Wire", "Storage", "Recording", "WebSocket", "Outgoing", "Compliance",
                .hummingbird, .httpTypes, .lifecycle, .nioCore, .nioPosix, .nioEmbedded, .logging,
            ]),
        .tests("Supervisor", module: "SupervisorService", ["Bootstrap", "Wire", "OpenAI", "Compliance", .logging]),
        .tests(
            "Scoring", module: "ScoringService",
            ["Bootstrap", "Wire", "OpenAI", "Compliance", "Storage", "Secrets", .lifecycle, .logging]),
        .tests(
            "Reports", module: "ReportsService",
            ["Bootstrap", "Wire", "Storage", "Recording", "HTTPClient", "Secrets", .logging]),
        .tests(
            "Simulator", module: "Simulator",
            ["SeededRandom", "Speech", "TrainingClient", "WebSocket", "HTTPClient", .hummingbird, .nioCore, .logging]),
        .tests("Chaos", ["SeededRandom"]),
        .tests(
            "Fuzz", module: "JSON",
            [
                "GatewayService", "RelayService", "SupervisorService", "ScoringService", "Bootstrap", "Compliance",
                "Conversation", "HTTPClient", "OpenAI", "SeededRandom", "Storage", "WebSocket", "Wire", .nioCore,
                .nioEmbedded, .httpTypes,
            ]),
        .tests("Bench"),
        .tests(
            "System", module: "TrainingClient",
            ["HTTPClient", "SeededRandom", "Speech", "Storage", "WebSocket", .logging]),
    ],
    swiftLanguageModes: [.v6]
)

extension [SwiftSetting] {
    static var house: [SwiftSetting] {
        [
            .enableUpcomingFeature("ExistentialAny"),
            .enableUpcomingFeature("MemberImportVisibility"),
            .enableUpcomingFeature("InternalImportsByDefault"),
        ]
    }
}

extension Target {
    static func system(_ name: String, pkgConfig: String?, apt: String) -> Target {
        .systemLibrary(name: name, path: "Shared/System/\(name)", pkgConfig: pkgConfig, providers: [.apt([apt])])
    }

    /// - Parameter optimized: in debug builds too.
    static func shared(
        _ name: String, _ dependencies: [Dependency] = [], domain: Bool = true, optimized: Bool = false
    ) -> Target {
        .target(
            name: name, dependencies: (domain ? ["JSON", "Domain"] : []) + dependencies, path: "Shared/\(name)",
            swiftSettings: .house + (optimized ? [.unsafeFlags(["-O"], .when(configuration: .debug))] : []))
    }

    static func service(
        _ name: String, _ dependencies: [Dependency], resources: [String] = [], exclude: [String] = []
    ) -> Target {
        .executableTarget(
            name: "\(name)Service",
            dependencies: ["JSON", "Domain", "Bootstrap", "Wire", .logging, .lifecycle, .metrics]
                + dependencies,
            path: "Services/\(name.lowercased())",
            exclude: exclude,
            resources: resources.map { .copy($0) },
            swiftSettings: .house
        )
    }

    static func tests(_ name: String, module: String? = nil, _ dependencies: [Dependency] = []) -> Target {
        .testTarget(
            name: "\(name)Tests",
            dependencies: Set(["JSON", "Domain", "TestSupport", module ?? name]).sorted().map { .byName(name: $0) }
                + dependencies,
            path: "Tests/\(name == "System" ? "System" : "Unit")/\(name)Tests",
            exclude: ["System": ["Scripts"], "Fuzz": ["Found", "README.md"], "Compliance": ["Corpus"]][name] ?? [],
            swiftSettings: .house
        )
    }
}

extension Target.Dependency {
    static let nioCore = product(name: "NIOCore", package: "swift-nio")
    static let nioPosix = product(name: "NIOPosix", package: "swift-nio")
    static let nioEmbedded = product(name: "NIOEmbedded", package: "swift-nio")
    static let nioHTTP1 = product(name: "NIOHTTP1", package: "swift-nio")
    static let nioSSL = product(name: "NIOSSL", package: "swift-nio-ssl")
    static let httpTypes = product(name: "HTTPTypes", package: "swift-http-types")
    static let nioHTTPTypes = product(name: "NIOHTTPTypes", package: "swift-nio-extras")
    static let nioHTTPTypesHTTP1 = product(name: "NIOHTTPTypesHTTP1", package: "swift-nio-extras")
    static let hummingbird = product(name: "Hummingbird", package: "hummingbird")
    static let hummingbirdCore = product(name: "HummingbirdCore", package: "hummingbird")
    static let hummingbirdTLS = product(name: "HummingbirdTLS", package: "hummingbird")
    static let hummingbirdTesting = product(name: "HummingbirdTesting", package: "hummingbird")
    static let logging = product(name: "Logging", package: "swift-log")
    static let metrics = product(name: "Metrics", package: "swift-metrics")
    static let configuration = product(name: "Configuration", package: "swift-configuration")
    static let argumentParser = product(name: "ArgumentParser", package: "swift-argument-parser")
    static let lifecycle = product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
    static let histogram = product(name: "Histogram", package: "hdrhistogram-swift")
    static let yams = product(name: "Yams", package: "Yams")
}
