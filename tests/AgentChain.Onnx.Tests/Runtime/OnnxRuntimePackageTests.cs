using System.Reflection;
using Microsoft.ML.OnnxRuntime;

namespace AgentChain.Onnx.Tests.Runtime;

public sealed class OnnxRuntimePackageTests
{
    // ir_version 10, opset 21, one node: y = x + x over one float vector of any length.
    private static readonly byte[] AddGraph = Convert.FromHexString(
        "080A" + "3A2F" +
        "0A0E" + "0A0178" + "0A0178" + "120179" + "2203416464" +
        "120161" +
        "5A0D" + "0A0178" + "1208" + "0A06" + "0801" + "1202" + "0A00" +
        "620B" + "0A0179" + "1206" + "0A04" + "0801" + "1200" +
        "4204" + "0A00" + "1015");

    [Fact]
    public void GetVersionString_NativeLibraryLoaded_IsTheVersionThePackageNames()
    {
        string package = typeof(OnnxRuntimePackageTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .Single(attribute => attribute.Key == "OnnxRuntimeVersion").Value!;

        Assert.Equal(package, OrtEnv.Instance().GetVersionString());
    }

    [Fact]
    public void Run_OneNodeGraph_ComputesTheSum()
    {
        using InferenceSession session = new(AddGraph);
        using OrtValue input = OrtValue.CreateTensorValueFromMemory([1.5f], [1]);
        using RunOptions options = new();

        using IDisposableReadOnlyCollection<OrtValue> outputs = session.Run(options, ["x"], [input], ["y"]);

        Assert.Equal([3f], outputs[0].GetTensorDataAsSpan<float>().ToArray());
    }

    [Fact]
    public void Assembly_Managed_HasTheIdentityOfTheRelease()
    {
        byte[]? token = typeof(OrtEnv).Assembly.GetName().GetPublicKeyToken();

        Assert.Equal("F27F157F0A5B7BB6", Convert.ToHexString(token ?? []));
    }
}
