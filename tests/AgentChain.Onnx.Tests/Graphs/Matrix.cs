namespace AgentChain.Onnx.Tests.Graphs;

/// <summary>A matrix, and what a reference computes with it, by plain loops in double precision.</summary>
sealed class Matrix(int rows, int columns)
{
    public int Rows { get; } = rows;

    public int Columns { get; } = columns;

    public float[] Values { get; } = new float[rows * columns];

    public ref float this[int row, int column] => ref Values[(row * Columns) + column];

    /// <summary>Creates random weights that keep the size of what they are multiplied with.</summary>
    public static Matrix Random(Random random, int rows, int columns, double scale = 1)
    {
        var matrix = new Matrix(rows, columns);
        foreach (ref float value in matrix.Values.AsSpan())
        {
            // Twelve uniform numbers make a normal one.
            value = (float)((Enumerable.Range(0, 12).Sum(_ => random.NextDouble()) - 6) * scale / Math.Sqrt(rows));
        }

        return matrix;
    }

    public static Matrix Of(int rows, int columns, Func<int, int, double> value)
    {
        var matrix = new Matrix(rows, columns);
        for (int i = 0; i < matrix.Values.Length; i++)
        {
            matrix.Values[i] = (float)value(i / columns, i % columns);
        }

        return matrix;
    }

    public Matrix Times(Matrix other) => Of(Rows, other.Columns, (r, c) =>
    {
        double sum = 0;
        for (int k = 0; k < Columns; k++)
        {
            sum += (double)this[r, k] * other[k, c];
        }

        return sum;
    });

    public Matrix Plus(Matrix other) => Of(Rows, Columns, (r, c) => this[r, c] + (double)other[other.Rows == 1 ? 0 : r, c]);

    public Matrix Map(Func<double, double> function) => Of(Rows, Columns, (r, c) => function(this[r, c]));

    public Matrix Rowwise(IReadOnlyList<int> rows) => Of(rows.Count, Columns, (r, c) => this[rows[r], c]);

    public Matrix Transposed() => Of(Columns, Rows, (r, c) => this[c, r]);

    /// <summary>Divides every group of columns by its root mean square, and multiplies it by the weights.</summary>
    public Matrix Normalized(float[] weights, double epsilon) => Of(Rows, Columns, (r, c) =>
    {
        int width = weights.Length, from = c / width * width;
        double mean = Enumerable.Range(from, width).Average(k => (double)this[r, k] * this[r, k]);
        return this[r, c] / Math.Sqrt(mean + epsilon) * weights[c - from];
    });

    public int ArgMax(int row) => Enumerable.Range(0, Columns).MaxBy(c => this[row, c]);

    /// <summary>Computes attention over heads that lie side by side; several query heads can share one of keys and values.</summary>
    /// <param name="queries">The queries, one position per row.</param>
    /// <param name="keys">The keys of all positions.</param>
    /// <param name="values">The values of all positions.</param>
    /// <param name="headSize">The width of a head.</param>
    /// <param name="causal">Whether the query of position i sees positions 0 to i only.</param>
    public static Matrix Attention(Matrix queries, Matrix keys, Matrix values, int headSize, bool causal)
    {
        int group = queries.Columns / keys.Columns;
        var mixed = new Matrix(queries.Rows, queries.Columns);
        for (int row = 0; row < queries.Rows; row++)
        {
            for (int head = 0; head < queries.Columns / headSize; head++)
            {
                int at = head * headSize, shared = head / group * headSize;
                double[] weights = new double[causal ? row + 1 : keys.Rows];
                for (int t = 0; t < weights.Length; t++)
                {
                    for (int k = 0; k < headSize; k++)
                    {
                        weights[t] += (double)queries[row, at + k] * keys[t, shared + k] / Math.Sqrt(headSize);
                    }
                }

                double largest = weights.Max(), total = weights.Sum(w => Math.Exp(w - largest));
                for (int k = 0; k < headSize; k++)
                {
                    double sum = 0;
                    for (int t = 0; t < weights.Length; t++)
                    {
                        sum += Math.Exp(weights[t] - largest) / total * values[t, shared + k];
                    }

                    mixed[row, at + k] = (float)sum;
                }
            }
        }

        return mixed;
    }
}
