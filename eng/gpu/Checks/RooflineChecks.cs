using AgentChain.Onnx.Runtime;
using AgentChain.Onnx.Tests.Graphs;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace AgentChain.GpuCheck.Checks;

/// <summary>
/// Measures the constants of the roofline model (Williams, Waterman and Patterson, 2009): how many operations a second matrices are
/// multiplied with, and how many bytes a second are read and written. Inputs and outputs stay on the device.
/// </summary>
static class RooflineChecks
{
    const int Chained = 8;

    public static async Task RunAsync(CheckContext context, bool isSmall)
    {
        int width = isSmall ? 512 : 8192;
        long elements = isSmall ? 1 << 20 : 1 << 27;
        await context.CheckAsync("roofline: matrices are multiplied in half precision", () =>
        {
            double seconds = Time(context, MatMuls(width), width, width, Chained);
            context.Measured("half-precision multiplication", 2.0 * width * width * width * Chained / seconds / 1e12, "TFLOP/s");
            return (true, $"{Chained} of {width} x {width}");
        });
        await context.CheckAsync("roofline: memory is read and written", () =>
        {
            double seconds = Time(context, Additions(), 1, elements, 1);

            // Two reads and one write of two bytes for each element.
            context.Measured("memory bandwidth", 6.0 * elements / seconds / 1e9, "GB/s");
            return (true, $"{elements:N0} elements");
        });
    }

    static double Time(CheckContext context, byte[] model, long rows, long columns, int chained)
    {
        using OnnxSession session = context.Host.Load(model, "roofline.onnx", context.Device);
        using OrtAllocator? memory = session.Device.Device.Kind == Devices.DeviceKind.Cpu ? null : session.CreateDeviceAllocator();
        OrtAllocator allocator = memory ?? OrtAllocator.DefaultInstance;
        using OrtValue x = OrtValue.CreateAllocatedTensorValue(allocator, TensorElementType.Float16, [rows, columns]);
        using OrtValue y = OrtValue.CreateAllocatedTensorValue(allocator, TensorElementType.Float16, [rows, columns]);
        using OnnxBinding binding = session.CreateBinding();
        binding.Input("x", x);
        binding.Output("y", y);
        return CheckContext.Median(10, () => session.Run(binding));
    }

    static byte[] MatMuls(int width)
    {
        OnnxGraph graph = Declare();
        string last = "x";
        for (int i = 0; i < Chained; i++)
        {
            last = graph.Node("MatMul", [last, "x"], i == Chained - 1 ? "y" : null);
        }

        return graph.ToModel();
    }

    static byte[] Additions()
    {
        OnnxGraph graph = Declare();
        graph.Node("Add", ["x", "x"], "y");
        return graph.ToModel();
    }

    static OnnxGraph Declare()
    {
        var graph = new OnnxGraph();
        graph.Input("x", TensorElementType.Float16, "rows", "columns");
        graph.Output("y", TensorElementType.Float16, "rows", "columns");
        return graph;
    }
}
