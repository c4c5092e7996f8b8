using Microsoft.ML.OnnxRuntime;

namespace AgentChain.Onnx.Runtime;

/// <summary>
/// Specifies how an <see cref="OnnxSession"/> is created. Immutable. The defaults suit small models that run one at a time on a lane.
/// </summary>
public sealed record OnnxSessionOptions
{
    /// <summary>Gets the defaults: one thread, all graph optimizations, no extra configuration.</summary>
    public static OnnxSessionOptions Default { get; } = new();

    /// <summary>
    /// Gets the number of threads that one operator can use, 1 or more. With 1 (the default), every kernel runs on the calling lane's own
    /// thread, so a lane costs exactly one core. More threads help only models whose single kernels take milliseconds.
    /// </summary>
    public int IntraOpThreads { get; init; } = 1;

    /// <summary>Gets the graph optimizations applied when the model is loaded. The default is all of them.</summary>
    public GraphOptimizationLevel Optimization { get; init; } = GraphOptimizationLevel.ORT_ENABLE_ALL;

    /// <summary>
    /// Gets the session configuration entries of ONNX Runtime by their documented keys, for example <c>session.set_denormal_as_zero</c>.
    /// </summary>
    public IReadOnlyDictionary<string, string> Configuration { get; init; } = new Dictionary<string, string>();

    /// <summary>
    /// Gets the options of the execution provider that serves the device, by their documented keys, for example CUDA's
    /// <c>arena_extend_strategy</c>.
    /// </summary>
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
