import { BrowserRouter, Navigate, Route, Routes } from "react-router-dom";
import { Toaster } from "sonner";
import { AuthProvider, useAuth } from "@/hooks/useAuth";
import { AdminNodes } from "@/pages/AdminNodes";
import { CheckoutSuccess } from "@/pages/CheckoutSuccess";
import { Dashboard } from "@/pages/Dashboard";
import { Login } from "@/pages/Login";
import { NotFound } from "@/pages/NotFound";
import { Pricing } from "@/pages/Pricing";
import { Profile } from "@/pages/Profile";
import { ServerDetail } from "@/pages/ServerDetail";

function AdminOnly({ children }: { children: JSX.Element }) {
  const { isAdmin } = useAuth();
  return isAdmin ? children : <Navigate to="/" replace />;
}

export function App() {
  return (
    <AuthProvider>
      <BrowserRouter>
        <Routes>
          <Route path="/" element={<Pricing />} />
          <Route path="/login" element={<Login />} />
          <Route path="/dashboard" element={<Dashboard />} />
          <Route path="/servers/:id" element={<ServerDetail />} />
          <Route path="/profile" element={<Profile />} />
          <Route path="/checkout/success" element={<CheckoutSuccess />} />
          <Route path="/admin/nodes" element={<AdminOnly><AdminNodes /></AdminOnly>} />
          <Route path="*" element={<NotFound />} />
        </Routes>
        <Toaster />
      </BrowserRouter>
    </AuthProvider>
  );
}
