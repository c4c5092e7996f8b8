using Microsoft.ML.OnnxRuntime;

namespace AgentChain.Onnx.Runtime;

/// <summary>How an <see cref="OnnxSession"/> is created. Immutable; the defaults suit small models that run one at a time on a lane.</summary>
public sealed record OnnxSessionOptions
{
    /// <summary>The defaults: one thread, all graph optimisations, no extra configuration.</summary>
    public static OnnxSessionOptions Default { get; } = new();

    /// <summary>
    /// Threads one operator may use, 1 or more. 1 (the default) runs every kernel on the calling lane's own thread, so that a
    /// lane costs exactly one core; more helps only models whose single kernels take milliseconds.
    /// </summary>
    public int IntraOpThreads { get; init; } = 1;

    /// <summary>Graph optimisation done when the model is loaded. Default: everything.</summary>
    public GraphOptimizationLevel Optimization { get; init; } = GraphOptimizationLevel.ORT_ENABLE_ALL;

    /// <summary>Session configuration entries of ONNX Runtime, by their documented keys, for example <c>session.set_denormal_as_zero</c>.</summary>
    public IReadOnlyDictionary<string, string> Configuration { get; init; } = new Dictionary<string, string>();

    /// <summary>Options of the execution provider that serves the device, by its documented keys, for example CUDA's <c>arena_extend_strategy</c>.</summary>
    public IReadOnlyDictionary<string, string> ProviderOptions { get; init; } = new Dictionary<string, string>();

    internal SessionOptions ToSessionOptions()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(IntraOpThreads, 1, nameof(IntraOpThreads));
        var options = new SessionOptions
        {
            IntraOpNumThreads = IntraOpThreads,
            InterOpNumThreads = 1,
            ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
            GraphOptimizationLevel = Optimization,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
        };
        foreach ((string key, string value) in Configuration)
        {
            options.AddSessionConfigEntry(key, value);
        }

        return options;
    }
}
