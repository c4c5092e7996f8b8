namespace AgentChain.Onnx.Runtime;

/// <summary>Represents a node of a loaded model and the execution provider that ONNX Runtime assigned it to.</summary>
public readonly record struct OnnxNode
{
    /// <summary>Initializes a new instance.</summary>
    /// <param name="name">The name of the node in the graph; can be empty.</param>
    /// <param name="operator">The type of its operator, for example <c>MatMul</c>.</param>
    /// <param name="provider">The name of the execution provider, for example <c>CPUExecutionProvider</c>.</param>
    public OnnxNode(string name, string @operator, string provider) => (Name, Operator, Provider) = (name, @operator, provider);

    /// <summary>Gets the name of the node in the graph; can be empty.</summary>
    public string Name { get; init; }

    /// <summary>Gets the type of its operator, for example <c>MatMul</c>.</summary>
    public string Operator { get; init; }

    /// <summary>Gets the name of the execution provider that runs it, for example <c>CUDAExecutionProvider</c>.</summary>
    public string Provider { get; init; }

    /// <summary>Gets a value that indicates whether the node runs on the CPU.</summary>
    public bool IsOnCpu => Provider == ProviderDevice.CpuName;

    /// <summary>Returns the operator, the name and the provider.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => $"{Operator} '{Name}' on {Provider}";
}
