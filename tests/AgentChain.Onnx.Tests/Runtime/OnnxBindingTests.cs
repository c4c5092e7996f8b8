using AgentChain.Onnx.Runtime;
using AgentChain.Onnx.Tests.Fixtures;

namespace AgentChain.Onnx.Tests.Runtime;

/// <summary>A binding that is used wrongly: a clear error, where ONNX Runtime would end the process.</summary>
public sealed class OnnxBindingTests : IDisposable
{
    readonly OnnxRuntimeHost _host = new();
    readonly OnnxSession _session;

    public OnnxBindingTests() => _session = _host.Load(Fixture.Path("affine.onnx"));

    public void Dispose()
    {
        _session.Dispose();
        Assert.Empty(_host.Ledger.Holders);
    }

    [Fact]
    public void EveryUse_OfADisposedBinding_ThrowsObjectDisposed()
    {
        OnnxBinding binding = Bound();
        binding.Dispose();

        Assert.Throws<ObjectDisposedException>(() => binding.Input<float>("x", new float[3], 1, 3));
        Assert.Throws<ObjectDisposedException>(() => binding.Output<float>("y", new float[3], 1, 3));
        Assert.Throws<ObjectDisposedException>(() => binding.Output("y"));
        Assert.Throws<ObjectDisposedException>(binding.TakeOutputs);
        Assert.Throws<ObjectDisposedException>(() => _session.Run(binding));
        binding.Dispose();
    }

    [Fact]
    public void Dispose_WhileAnotherThreadRuns_WaitsForTheRun()
    {
        for (int i = 0; i < 100; i++)
        {
            OnnxBinding binding = Bound();
            using var begun = new ManualResetEventSlim();
            Exception? ended = null;
            var thread = new Thread(() =>
            {
                while (ended is null)
                {
                    ended = Record.Exception(() => _session.Run(binding));
                    begun.Set();
                }
            });
            thread.Start();
            begun.Wait();
            binding.Dispose();
            thread.Join();

            Assert.IsType<ObjectDisposedException>(ended);
        }
    }

    [Fact]
    public void Run_BindingOfAnotherSession_IsRefused()
    {
        using OnnxSession other = _host.Load(Fixture.Path("affine.onnx"));
        using OnnxBinding binding = Bound();

        Assert.Contains("use CreateBinding of this session", Assert.Throws<ArgumentException>(() => other.Run(binding)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Input_ShapeLargerThanTheMemory_NamesBoth()
    {
        using OnnxBinding binding = _session.CreateBinding();

        OnnxBindingException input = Assert.Throws<OnnxBindingException>(() => binding.Input<float>("x", new float[5], 2, 3));
        OnnxBindingException output = Assert.Throws<OnnxBindingException>(() => binding.Output<float>("y", new float[5], long.MaxValue, 3));

        Assert.Contains("does not accept Float[2,3] in memory for 5 elements", input.Message, StringComparison.Ordinal);
        Assert.Contains("in memory for 5 elements", output.Message, StringComparison.Ordinal);
    }

    OnnxBinding Bound()
    {
        OnnxBinding binding = _session.CreateBinding();
        binding.Input<float>("x", new float[] { 1, 2, 3 }, 1, 3);
        binding.Input<float>("scale", new float[] { 2 }, 1);
        binding.Input<float>("offset", new float[] { 10 }, 1);
        binding.Output("y");
        return binding;
    }
}
