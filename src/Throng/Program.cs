System.Console.WriteLine("throng");
