using AgentChain.Devices;
using AgentChain.Onnx.Runtime;
using AgentChain.Onnx.Tests.Fixtures;
using Microsoft.ML.OnnxRuntime;

namespace AgentChain.Onnx.Tests.Runtime;

public sealed class OnnxSessionTests : IDisposable
{
    readonly OnnxRuntimeHost _host = new();
    readonly OnnxSession _affine;

    public OnnxSessionTests() => _affine = _host.Load(Fixture.Path("affine.onnx"));

    public void Dispose() => _affine.Dispose();

    [Fact]
    public void Load_OfAGraph_ReadsNamesTypesAndShapesFromTheFile()
    {
        Assert.Equal(["offset", "scale", "x"], _affine.Inputs.Keys.Order());
        Assert.Equal("x: Float[?,3]", _affine.Inputs["x"].ToString());
        Assert.Equal(["row_sum", "y"], _affine.Outputs.Keys.Order());
    }

    [Fact]
    public void Run_WithInputsBoundInAnyOrder_GoesByName()
    {
        using OnnxBinding binding = _affine.CreateBinding();
        float[] y = new float[6];
        binding.Input<float>("offset", new float[] { 10 }, 1);
        binding.Input<float>("x", new float[] { 1, 2, 3, 4, 5, 6 }, 2, 3);
        binding.Input<float>("scale", new float[] { 2 }, 1);
        binding.Output("row_sum");
        binding.Output<float>("y", y, 2, 3);

        _affine.Run(binding);

        Assert.Equal([12, 14, 16, 18, 20, 22], y);
        using OnnxOutputs outputs = binding.TakeOutputs();
        Assert.Equal([42, 60], outputs.Span<float>("row_sum").ToArray());
        Assert.Equal([2], outputs.Shape("row_sum"));
    }

    [Fact]
    public void Run_AfterTheMemoryChangedInPlace_SeesTheNewValues()
    {
        using OnnxBinding binding = _affine.CreateBinding();
        float[] x = [1, 1, 1], y = new float[3];
        BindAll(binding, x, y);
        _affine.Run(binding);
        x[1] = 5;

        _affine.Run(binding);

        Assert.Equal([3, 11, 3], y);
    }

    [Fact]
    public void Run_AfterDispose_ThrowsInsteadOfTakingTheProcessDown()
    {
        OnnxSession session = _host.Load(Fixture.Path("affine.onnx"));
        using OnnxBinding binding = session.CreateBinding();
        BindAll(binding, [1, 1, 1], new float[3]);
        session.Dispose();
        session.Dispose();
        Assert.Throws<ObjectDisposedException>(() => session.Run(binding));
        Assert.Throws<ObjectDisposedException>(session.CreateBinding);
    }

    [Fact]
    public async Task Dispose_WhileOthersRun_LetsThemEndOrThrows()
    {
        for (int i = 0; i < 50; i++)
        {
            OnnxSession session = _host.Load(Fixture.Path("affine.onnx"));
            using var begun = new SemaphoreSlim(0);
            Task[] runners = [.. Enumerable.Range(0, 3).Select(_ => Task.Run(() =>
            {
                using OnnxBinding binding = session.CreateBinding();
                BindAll(binding, [1, 1, 1], new float[3]);
                begun.Release();
                Assert.Throws<ObjectDisposedException>(() => RunOn(session, binding));
            }))];
            for (int n = 0; n < runners.Length; n++)
            {
                Assert.True(await begun.WaitAsync(TimeSpan.FromSeconds(30)));
            }

            session.Dispose();
            await Task.WhenAll(runners).WaitAsync(TimeSpan.FromSeconds(30));
        }
    }

    [Fact]
    public void Run_WithAnInputMissing_NamesItAndListsTheGraphsInputs()
    {
        using OnnxBinding binding = _affine.CreateBinding();
        binding.Input<float>("x", new float[3], 1, 3);
        binding.Input<float>("scale", new float[1], 1);
        binding.Output("y");

        OnnxBindingException error = Assert.Throws<OnnxBindingException>(() => _affine.Run(binding));

        Assert.Equal("offset", error.TensorName);
        Assert.Contains("offset: Float[1]; scale: Float[1]; x: Float[?,3]", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Input_UnderAWrongName_ListsTheGraphsInputs()
    {
        using OnnxBinding binding = _affine.CreateBinding();

        OnnxBindingException error = Assert.Throws<OnnxBindingException>(() => binding.Input<float>("input", new float[3], 1, 3));

        Assert.Contains("no input 'input'", error.Message, StringComparison.Ordinal);
        Assert.Contains("x: Float[?,3]", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Output_UnderAWrongName_ListsTheGraphsOutputs()
    {
        using OnnxBinding binding = _affine.CreateBinding();

        OnnxBindingException error = Assert.Throws<OnnxBindingException>(() => binding.Output("logits"));

        Assert.Contains("row_sum: Float[?]; y: Float[?,3]", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Input_OfAnotherTypeOrShape_SaysWhatTheGraphWants()
    {
        using OnnxBinding binding = _affine.CreateBinding();

        Assert.Contains("does not accept Int64[1,3]", Assert.Throws<OnnxBindingException>(() => binding.Input<long>("x", new long[3], 1, 3)).Message, StringComparison.Ordinal);
        Assert.Contains("does not accept Float[1,4]", Assert.Throws<OnnxBindingException>(() => binding.Input<float>("x", new float[4], 1, 4)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void LiveBindings_AfterDisposalOfEach_AreZero()
    {
        float[] x = [1, 2, 3], y = new float[3];
        for (int i = 0; i < 100; i++)
        {
            using OnnxBinding binding = _affine.CreateBinding();
            BindAll(binding, x, y);
            BindAll(binding, x, y);
            _affine.Run(binding);
            Assert.Equal(1, _affine.LiveBindings);
        }

        Assert.Equal(0, _affine.LiveBindings);
    }

    [Fact]
    public async Task Run_WhoseTokenFires_IsTerminatedAndTheLaneServesTheNextRun()
    {
        using OnnxSession countdown = _host.Load(Fixture.Path("countdown.onnx"));
        using OnnxBinding binding = countdown.CreateBinding();
        using var lane = new DeviceLane("test");
        long[] steps = [long.MaxValue];
        float[] result = new float[64 * 64];
        binding.Input<long>("steps", steps);
        binding.Input<float>("m", Enumerable.Repeat(0.01f, 64 * 64).ToArray(), 64, 64);
        binding.Output<float>("result", result, 64, 64);
        OperationCanceledException? stopped = null;

        // Where the token fires before the kernels began there is nothing to terminate, so that attempt does not count.
        for (int wait = 50; stopped?.InnerException is null && wait < 10_000; wait *= 2)
        {
            using var cancel = new CancellationTokenSource();
            ValueTask<OperationCanceledException> endless = lane.RunAsync(
                (countdown, binding, cancel.Token),
                static (s, _) => Assert.ThrowsAny<OperationCanceledException>(() => s.countdown.Run(s.binding, s.Token)),
                CancellationToken.None);
            await Task.Delay(wait);
            await cancel.CancelAsync();
            stopped = await endless.AsTask().WaitAsync(TimeSpan.FromMinutes(1));
            Assert.Equal(cancel.Token, stopped.CancellationToken);
        }

        Assert.IsType<OnnxRuntimeException>(stopped!.InnerException);
        steps[0] = 3;
        Assert.True(await lane.RunAsync((countdown, binding), static (s, token) =>
        {
            s.countdown.Run(s.binding, token);
            return true;
        }, CancellationToken.None));
        Assert.NotEqual(0, result[0]);
        Assert.False(lane.IsStuck);
    }

    [Fact]
    public void Run_ThatFailsWithoutItsTokenFiring_DoesNotLookCancelled()
    {
        using OnnxSession countdown = _host.Load(Fixture.Path("countdown.onnx"));
        using OnnxBinding binding = countdown.CreateBinding();
        using var cancel = new CancellationTokenSource();
        binding.Input<long>("steps", new long[] { 1 });
        binding.Input<float>("m", new float[64 * 64], 64, 64);
        binding.Output<float>("result", new float[64 * 64], 64, 64);
        countdown.Run(binding, cancel.Token);
        using OrtValue wrong = OrtValue.CreateTensorValueFromMemory(new float[8], [2, 4]);
        binding.Input("m", wrong);

        OnnxModelException error = Assert.Throws<OnnxModelException>(() => countdown.Run(binding, cancel.Token));
        Assert.IsType<OnnxRuntimeException>(error.InnerException);
        Assert.Contains("countdown.onnx", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_WithATokenThatAlreadyFired_DoesNotRun()
    {
        using OnnxBinding binding = _affine.CreateBinding();
        float[] y = new float[3];
        BindAll(binding, [1, 2, 3], y);

        Assert.Throws<OperationCanceledException>(() => _affine.Run(binding, new CancellationToken(true)));

        Assert.Equal([0, 0, 0], y);
    }

    static void BindAll(OnnxBinding binding, float[] x, float[] y)
    {
        binding.Input<float>("x", x, 1, 3);
        binding.Input<float>("scale", new float[] { 2 }, 1);
        binding.Input<float>("offset", new float[] { 1 }, 1);
        binding.Output<float>("y", y, 1, 3);
    }

    static void RunOn(OnnxSession session, OnnxBinding binding)
    {
        for (long i = 0; i < long.MaxValue; i++)
        {
            session.Run(binding);
        }
    }
}
